// Who can reach an address that something listens on.

import { type Evidence, Judgement } from "@keelmark/sdk";

import type { Service } from "./services.ts";

export type Reach = "this host" | "one network" | "every network";

/** An address as the engine and ss write it: "", "0.0.0.0", "::", "*", "127.0.0.53%lo". */
export function reachOf(address: string): Reach {
  const plain = address.replace(/^\[(.*)\]$/, "$1").replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/, "");
  if (["", "0.0.0.0", "::", "*"].includes(plain)) return "every network";
  return plain === "::1" || plain.startsWith("127.") ? "this host" : "one network";
}

/** A service that listens, and where. */
export interface Listener {
  service: Service;
  address: string;
  evidence: Evidence;
}

/** What is to be said of everything that one subject listens with. */
export function judge(listeners: readonly Listener[]): Judgement {
  const bad: Evidence[] = [];
  const ask: Evidence[] = [];
  for (const { service, address, evidence } of listeners) {
    const reach = reachOf(address);
    if (reach === "this host") continue;
    const isBad = reach === "every network" && service.guarded === undefined;
    (isBad ? bad : ask).push({ ...evidence, expected: `${service.name} for this host alone (127.0.0.1)` });
  }
  if (bad.length > 0) return Judgement.bad(...bad, ...ask);
  return ask.length > 0 ? Judgement.ask(...ask) : Judgement.good();
}
