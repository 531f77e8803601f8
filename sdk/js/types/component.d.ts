import type { Guest } from "./index.js";

/** Guards a plugin's `guest`. The build calls it; plugins need not. */
export function component(imports: Record<string, object>, guest: Guest): Guest;
