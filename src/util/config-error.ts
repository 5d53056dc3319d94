/** The start stops here: the message says what to do, a sentence a line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
