/** What a plugin has of `console`: each call is a line in the host's log. Other globals of Node and browsers it has not. */
declare const console: {
  debug(...words: unknown[]): void;
  log(...words: unknown[]): void;
  info(...words: unknown[]): void;
  warn(...words: unknown[]): void;
  error(...words: unknown[]): void;
};
