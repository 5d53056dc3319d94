/** From a command in our own words to the call that the core API takes. Pure. */
import type { BadgeCount, End, Intent, MetricValue, Push, Show } from "../../model/command.ts";
import { pushRequest, streamEndRequest, streamRequest } from "./contract.ts";
import type { Button, Picture } from "../../model/card/picture.ts";
import type { Form } from "../destination.ts";
import type {
  Action,
  PushRequest,
  StreamContentState,
  StreamEndRequest,
  StreamRequest,
} from "./contract.ts";
import type { WireCall } from "./wire-call.ts";
import { tagsFrom } from "./tags.ts";

/** The call, of which the form says how much is left out. */
export function toWire(intent: Intent, form: Form = "full"): WireCall {
  switch (intent.kind) {
    case "push":
      return { call: "push", body: pushBody(intent, form) };
    case "show":
      return {
        call: "stream_update",
        streamKey: intent.streamKey,
        body:
          intent.asWritten === undefined
            ? withinLimit(intent.picture, (picture) => showBody({ ...intent, picture }, form))
            : writtenShowBody(intent, intent.asWritten, form),
      };
    case "end":
      return {
        call: "stream_end",
        streamKey: intent.streamKey,
        body:
          intent.asWritten === undefined
            ? withinLimit(intent.picture, (picture) => endBody(picture, form))
            : streamEndRequest.parse(form === "bare" ? {} : intent.asWritten),
      };
    case "metric":
      return { call: "metric_value", metricKey: intent.metricKey, body: metricBody(intent) };
    case "badge":
      return { call: "badge", body: badgeBody(intent) };
  }
}

/** Apple takes 4 KB for an activity's update; the API adds to what it is sent. */
const MAX_BODY_BYTES = 3_500;
const MAX_TEXT_LENGTH = 100;
const encoder = new TextEncoder();

/** The body with as much of the picture as there is room for: texts stand before links. */
function withinLimit<P extends Picture | undefined, Body>(
  picture: P,
  bodyOf: (picture: P) => Body,
): Body {
  const isLight = (body: Body) => encoder.encode(JSON.stringify(body)).byteLength <= MAX_BODY_BYTES;
  const full = bodyOf(picture);
  if (!picture || isLight(full)) return full;
  const oneLink = bodyOf({ ...picture, buttons: picture.buttons?.slice(0, 1) });
  if (isLight(oneLink)) return oneLink;
  const noLink = { ...picture, buttons: [] };
  const unlinked = bodyOf(noLink);
  return isLight(unlinked) ? unlinked : bodyOf({ ...noLink, ...shortened(picture) });
}

const shortened = ({ title, subtitle }: Picture) => ({
  title: shortText(title),
  ...(subtitle !== undefined && { subtitle: shortText(subtitle) }),
});

const shortText = (text: string): string => text.slice(0, MAX_TEXT_LENGTH).toWellFormed();

function pushBody(push: Push, form: Form): PushRequest {
  const { title, subtitle, message, url, buttons = [], urgency, channels, tags } = push;
  const body = {
    title,
    ...(subtitle && { subtitle }),
    ...(message && { message }),
    ...(url && { redirection: url }),
    ...(buttons.length > 0 && { actions: buttons.map(action) }),
    ...(urgency && { interruption_level: urgency }),
    ...(channels && { target: { channels: [...channels] } }),
    ...(form === "full" && { tags: tagsFrom(tags) }),
  };
  return push.asWritten === undefined ? body : pushRequest.parse({ ...push.asWritten, ...body });
}

/** The state is nobody's to shorten or to draw anew; a plainer form of it has no buttons. */
function writtenShowBody(
  { channels, tags }: Show,
  asWritten: NonNullable<Show["asWritten"]>,
  form: Form,
): StreamRequest {
  const { content_state } = asWritten;
  return streamRequest.parse({
    ...(form === "plain" ? { content_state } : asWritten),
    ...(channels && { channels: [...channels] }),
    ...(tags && form === "full" && { tags: tagsFrom(tags) }),
  });
}

function showBody({ picture, channels, tags }: Show, form: Form): StreamRequest {
  const audience = channels && { channels: [...channels] };
  if (form === "plain") return { content_state: plainState(picture), ...audience };
  return {
    content_state: contentState(picture),
    ...actions(picture),
    ...audience,
    ...(tags && form === "full" && { tags: tagsFrom(tags) }),
  };
}

/** The API removes it at once only where it is told so beside a state, which needs a title. */
function endBody(picture: End["picture"], form: Form): StreamEndRequest {
  if (form === "bare" || !picture) return {};
  const state = { ...contentState(picture), auto_dismiss_seconds: 0 };
  return { content_state: state, ...actions(picture) };
}

const metricBody = ({ value, at }: MetricValue) => ({ value, ...(at && { timestamp: at }) });

const badgeBody = ({ count, channels }: BadgeCount) => ({
  badge: count,
  ...(channels && { target: { channels: [...channels] } }),
});

function plainState({ title, segments, completed }: Picture): StreamContentState {
  const number_of_steps = segments.length;
  return { type: "segmented_progress", title, number_of_steps, current_step: completed };
}

function contentState(picture: Picture): StreamContentState {
  const { subtitle, segments, completed, color, symbol, badge } = picture;
  const { type, title, number_of_steps, current_step } = plainState(picture);
  const current = segments[completed];
  return {
    type,
    title,
    ...(subtitle && { subtitle }),
    number_of_steps,
    current_step,
    color,
    ...(completed > 0 && { step_colors: segments.slice(0, completed) }),
    ...(current && { step_color: current }),
    icon: { symbol, color },
    ...(badge && { badge: { ...badge } }),
  };
}

function actions({ buttons = [] }: Picture): Pick<StreamRequest, "action" | "secondary_action"> {
  const [first, second] = buttons;
  return {
    ...(first && { action: action(first) }),
    ...(second && { secondary_action: action(second) }),
  };
}

const action = ({ title, url }: Button): Action => ({ title, type: "open_url", url });
