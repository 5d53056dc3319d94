/**
 * Drawings for the SF Symbols that the gateway is likely to send, by our own hand on a grid of 24:
 * `fill` and `line` in the icon's color, `cut` in the card's. Data only; a symbol that is not here
 * is drawn as a dot.
 */

/** @typedef {{ fill?: string, line?: string, cut?: string }} SymbolDrawing */

const DISC = "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20z";
const BELL =
  "M12 2.2a6.6 6.6 0 0 0-6.6 6.6v4.6L3.4 17v1.2h17.2V17l-2-3.6V8.8A6.6 6.6 0 0 0 12 2.2zM9.3 19.6a2.8 2.8 0 0 0 5.4 0z";
const CROSS = "M8.8 8.8l6.4 6.4M15.2 8.8l-6.4 6.4";

/** @type {ReadonlyMap<string, SymbolDrawing>} */
export const SYMBOLS = new Map(
  Object.entries({
    "arrow.triangle.2.circlepath": {
      line: "M4.4 10.5a7.8 7.8 0 0 1 13.3-4M19.6 13.5a7.8 7.8 0 0 1-13.3 4",
      fill: "M21.2 3v6.6h-6.6zM2.8 21v-6.6h6.6z",
    },
    "bell.fill": { fill: BELL },
    "bolt.fill": { fill: "M13.5 1.5L4 13.8h6.2L9.3 22.5L20 9.6h-6.6z" },
    "checkmark.circle.fill": { fill: DISC, cut: "M7.4 12.5l3.1 3.1l6.2-6.8" },
    "checkmark.seal.fill": {
      fill: "M12 1.5l2.7 2l3.3-.4l1.3 3.1l3.1 1.3l-.4 3.3l2 2.7l-2 2.7l.4 3.3l-3.1 1.3L18 21.9l-3.3-.4L12 23.5l-2.7-2l-3.3.4l-1.3-3.1l-3.1-1.3l.4-3.3l-2-2.7l2-2.7l-.4-3.3l3.1-1.3L6 3.1l3.3.4z",
      cut: "M7.6 12.6l3 3l6-6.5",
    },
    "clock.fill": { fill: DISC, cut: "M12 6.5V12l3.6 2.3" },
    "cloud.fill": {
      fill: "M7 20a5 5 0 0 1-.7-9.95A6.3 6.3 0 0 1 18.3 9.2A5.4 5.4 0 0 1 17.5 20z",
    },
    "exclamationmark.triangle.fill": {
      fill: "M12 2.2c.7 0 1.3.4 1.7 1l9 15.8c.7 1.3-.2 2.8-1.7 2.8H3c-1.5 0-2.4-1.5-1.7-2.8l9-15.8c.4-.6 1-1 1.7-1z",
      cut: "M12 8.8v5.2M12 17.7v.1",
    },
    "forward.end.circle.fill": { fill: DISC, cut: "M8 8l6 4l-6 4zM16 8v8" },
    "gearshape.fill": {
      line: "M12 2.6v18.8M2.6 12h18.8M5.4 5.4l13.2 13.2M18.6 5.4L5.4 18.6",
      fill: "M12 4.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 0 0 0-15z",
      cut: "M12 9.4a2.6 2.6 0 1 0 0 5.2a2.6 2.6 0 0 0 0-5.2z",
    },
    globe: { fill: DISC, cut: "M2.5 12h19M12 2.5c-5.6 6-5.6 13 0 19M12 2.5c5.6 6 5.6 13 0 19" },
    "hammer.fill": {
      fill: "M2.6 9.4L9.2 2.8c2.8-1.2 5.6-.9 7.9 1.4l-1.9 1.9l2.4 2.4l-3.3 3.3L11.9 9.4l-2.3.2l-3.4 3.4z",
      line: "M13.2 10.7l7.3 8.6",
    },
    "hand.raised.fill": {
      line: "M8.1 12.5V5.8M11.2 11.5V3.6M14.3 11.5V4.2M17.4 12.5V6.9",
      fill: "M6.9 11.4h11.7v4.2c0 4.2-2.7 6.9-6.3 6.9c-3 0-4.7-1.4-6.1-3.8l-2.8-5c-.6-1.2.9-2.3 1.9-1.3l1.6 1.7z",
    },
    "paperplane.fill": { fill: "M22.3 1.7L1.5 10.2l6.9 2.9L19 5l-8.3 9.4v7.2l3.9-5l4.3 1.8z" },
    "pause.circle.fill": { fill: DISC, cut: "M9.4 8v8M14.6 8v8" },
    "play.circle.fill": { fill: DISC, cut: "M9.8 8l6.2 4l-6.2 4z" },
    "questionmark.circle.fill": {
      fill: DISC,
      cut: "M9.2 9.4a2.9 2.9 0 1 1 4.2 2.6c-.9.5-1.4 1-1.4 2.1M12 17.1v.1",
    },
    "server.rack": {
      fill: "M4 2.5h16a1.5 1.5 0 0 1 1.5 1.5v4H2.5V4A1.5 1.5 0 0 1 4 2.5zM2.5 9.5h19v5h-19zM2.5 16h19v4a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 20z",
      cut: "M6.5 5.3v.1M6.5 12v.1M6.5 18.7v.1",
    },
    "shippingbox.fill": {
      fill: "M12 1.5l9.5 4.7v11.6L12 22.5l-9.5-4.7V6.2z",
      cut: "M3 6.8l9 4.5l9-4.5M12 11.3V22M7.4 4.1l9 4.5",
    },
    "slash.circle.fill": { fill: DISC, cut: "M7.3 16.7l9.4-9.4" },
    "square.stack.3d.up.fill": {
      fill: "M12 2.5l9.5 4.6L12 11.7L2.5 7.1z",
      line: "M3 12l9 4.4l9-4.4M3 16.6l9 4.4l9-4.4",
    },
    sparkles: {
      fill: "M9.5 3.5l2 5.7l5.7 2l-5.7 2l-2 5.7l-2-5.7l-5.7-2l5.7-2zM18.5 14l1 2.7l2.7 1l-2.7 1l-1 2.7l-1-2.7l-2.7-1l2.7-1zM18.5 2l.9 2.4l2.4.9l-2.4.9l-.9 2.4l-.9-2.4l-2.4-.9l2.4-.9z",
    },
    "xmark.circle.fill": { fill: DISC, cut: CROSS },
    "xmark.octagon.fill": { fill: "M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9z", cut: CROSS },
  }),
);
