// Ports that containers publish.

import { type EngineObject, HostError, Judgement, type Verdict, docker } from "@keelmark/sdk";

import { type Listener, judge } from "./exposure.ts";
import { type Group, serviceAt } from "./services.ts";

const FIELDS = ["HostConfig.NetworkMode", "HostConfig.PortBindings", "NetworkSettings.Ports", "State.Running"];

/** The published ports of a container: as they are while it runs, as they will be while it does not. */
export function published(container: EngineObject): { inside: number; address: string; outside: string }[] {
  const path = container.read("State.Running", "boolean") ? "NetworkSettings.Ports" : "HostConfig.PortBindings";
  const found = [];
  for (const [port, bindings] of Object.entries(container.read(path, "object"))) {
    const [number, protocol] = port.split("/");
    // null: exposed by the image, published by nobody.
    if (protocol === "udp" || protocol === "sctp" || bindings === null) continue;
    if (!Array.isArray(bindings)) throw unreadable(container, path, port);
    for (const binding of bindings) {
      const { HostIp: address, HostPort: outside } = (binding ?? {}) as Record<string, unknown>;
      if (typeof address !== "string" || typeof outside !== "string") throw unreadable(container, path, port);
      found.push({ inside: Number(number), address, outside });
    }
  }
  return found;
}

function unreadable(container: EngineObject, path: string, port: string): HostError {
  return new HostError("failed", `${container.subject}: ${path} of ${port} is not of the form that engines send`);
}

/** Judges the services of one group in every container. */
export function noneReachable(group: Group): Verdict {
  return docker.eachContainer(FIELDS, (container) => {
    // Its ports are the host's own, which the host's listeners show.
    if (container.read("HostConfig.NetworkMode", "string") === "host") return Judgement.skip();
    const listeners: Listener[] = [];
    for (const { inside, address, outside } of published(container)) {
      // By the port inside, which says what it is; else by the one outside, where people expect it.
      const service = [inside, Number(outside)].map(serviceAt).find((service) => service?.group === group);
      if (service === undefined) continue;
      const shown = address.includes(":") ? `[${address}]` : address || "0.0.0.0";
      const found = `${shown}:${outside || "any port"}`;
      const evidence = { subject: container.subject, property: `port ${inside}/tcp`, found };
      listeners.push({ service, address, evidence });
    }
    return judge(listeners);
  });
}
