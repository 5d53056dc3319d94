/**
 * Commands as they were stored before they had words of their own: calls with the body of one
 * destination. What is owed of them is read as what it meant. Pure.
 */
import * as z from "zod";
import { COLORS } from "../../model/card/picture.ts";
import type { Picture } from "../../model/card/picture.ts";
import type { Intent } from "../../model/command.ts";

const color = z.enum(COLORS);
const texts = z.array(z.string());
const button = z.object({ title: z.string(), url: z.string() });
const contentState = z.object({
  title: z.string(),
  subtitle: z.string().optional(),
  number_of_steps: z.number().int().min(1).default(1),
  current_step: z.number().int().min(0).default(0),
  color: color.default("blue"),
  step_colors: z.array(color).default([]),
  step_color: color.default("blue"),
  icon: z.object({ symbol: z.string() }).default({ symbol: "hammer.fill" }),
  badge: z.object({ title: z.string(), color: color.default("gray") }).optional(),
});
const streamBody = z.object({
  content_state: contentState.optional(),
  action: button.optional(),
  secondary_action: button.optional(),
  channels: texts.optional(),
  tags: texts.optional(),
});
const pushBody = z.object({
  title: z.string(),
  subtitle: z.string().optional(),
  message: z.string().optional(),
  redirection: z.string().optional(),
  actions: z.array(button).optional(),
  target: z.object({ channels: texts }).optional(),
  tags: texts.default([]),
});
const formerCall = z.discriminatedUnion("call", [
  z.object({ call: z.literal("push"), body: pushBody }),
  z.object({ call: z.literal("stream_update"), streamKey: z.string(), body: streamBody }),
  z.object({ call: z.literal("stream_end"), streamKey: z.string(), body: streamBody }),
]);

const isIntent = (stored: unknown): stored is Intent =>
  typeof stored === "object" && stored !== null && "kind" in stored;

/** A stored command's intent. Throws where it is neither of today's nor of the former form. */
export function readIntent(stored: unknown): Intent {
  if (isIntent(stored)) return stored;
  const call = formerCall.parse(stored);
  if (call.call === "push") return pushOf(call.body);
  const { streamKey, body } = call;
  const picture = pictureOf(body);
  if (call.call === "stream_end" || !picture)
    return { kind: "end", streamKey, ...(picture && { picture }) };
  const { channels, tags } = body;
  const audience = { ...(channels && { channels }), ...(tags && { tags }) };
  return { kind: "show", streamKey, picture, ...audience };
}

function pushOf(body: z.infer<typeof pushBody>): Intent {
  const { title, subtitle, message, redirection, actions, target, tags } = body;
  return {
    kind: "push",
    title,
    ...(subtitle && { subtitle }),
    ...(message && { message }),
    ...(redirection && { url: redirection }),
    ...(actions && { buttons: actions }),
    ...(target && { channels: target.channels }),
    tags,
  };
}

function pictureOf({
  content_state: state,
  action,
  secondary_action,
}: z.infer<typeof streamBody>): Picture | undefined {
  if (!state) return undefined;
  const { title, subtitle, number_of_steps: length, current_step: completed, badge } = state;
  const colorAt = (at: number) =>
    state.step_colors[at] ?? (at === completed ? state.step_color : "gray");
  const buttons = [action, secondary_action].filter((it) => it !== undefined);
  return {
    title,
    ...(subtitle && { subtitle }),
    segments: Array.from({ length }, (_, at) => colorAt(at)),
    completed,
    color: state.color,
    symbol: state.icon.symbol,
    ...(badge && { badge }),
    ...(buttons.length > 0 && { buttons }),
  };
}

const isPicture = (stored: object): stored is Picture => "segments" in stored;

/** The picture that was confirmed of a stream; null where none was, or none that can be read. */
export function readPicture(stored: unknown): Picture | null {
  if (typeof stored !== "object" || stored === null) return null;
  if (isPicture(stored)) return stored;
  const { data } = contentState.safeParse(stored);
  return (data && pictureOf({ content_state: data })) ?? null;
}
