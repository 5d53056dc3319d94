/** What the core API would be sent for what we want. */
import { toWire } from "../../src/destinations/activitysmith/to-wire.ts";
import { pushRequest, streamRequest } from "../../src/destinations/activitysmith/contract.ts";
import type { PushRequest, StreamRequest } from "../../src/destinations/activitysmith/contract.ts";
import type { ComposedPush } from "../../src/compose/push.ts";
import type { Picture } from "../../src/model/card/picture.ts";

/** A picture that says little. */
export const pictureOf = (title: string): Picture => ({
  title,
  segments: ["green", "blue", "gray"],
  completed: 1,
  color: "blue",
  symbol: "hammer.fill",
});

/** The body of the update that shows the picture; it fits the contract. */
export const bodyOf = (picture: Picture): StreamRequest =>
  streamRequest.parse(toWire({ kind: "show", streamKey: "s", picture }).body);

/** The body of the push, its tags left out; it fits the contract. */
export function pushBodyOf(push: ComposedPush): PushRequest {
  const { tags: _none, ...body } = pushRequest.parse(toWire({ ...push, tags: [] }).body);
  return body;
}
