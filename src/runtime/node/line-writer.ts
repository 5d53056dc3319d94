/**
 * Writes lines to a stream, those of one turn of the event loop at once: a write is a system call.
 * Drops nothing while the process ends in order.
 */

/** @returns writes a line, without its line break */
export function lineWriter(stream: { write(text: string): unknown }): (line: string) => void {
  let waiting = "";
  const flush = (): void => {
    if (waiting === "") return;
    const text = waiting;
    waiting = "";
    stream.write(text);
  };
  process.on("exit", flush);
  return (line) => {
    if (waiting === "") setImmediate(flush);
    waiting += `${line}\n`;
  };
}
