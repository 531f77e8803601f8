// Ports that the host itself listens on: its own services, and containers in the host's network.

import { HostError, type Judgement, Verdict, host, sumUp } from "@keelmark/sdk";

import { judge } from "./exposure.ts";
import { serviceAt } from "./services.ts";

/** The listening sockets in what `ss -lnt` prints: state, two queues, local address and port, the peer's. */
export function listeners(printed: string): { address: string; port: number }[] {
  const [head = "", ...lines] = printed.trimEnd().split("\n");
  if (!head.startsWith("State")) throw new HostError("failed", "ss -lnt printed no table");
  return lines.filter((line) => line.startsWith("LISTEN")).map((line) => {
    const local = line.split(/\s+/)[3] ?? "";
    const colon = local.lastIndexOf(":");
    const port = Number(local.slice(colon + 1));
    if (colon < 0 || !Number.isInteger(port)) {
      throw new HostError("failed", `ss -lnt printed a line that cannot be read: ${line}`);
    }
    return { address: local.slice(0, colon), port };
  });
}

export function hostListensForItself(): Verdict {
  const { code, stdout, stderr, truncated } = host.run("ss", "-lnt");
  if (code !== 0) throw new HostError("failed", `ss -lnt failed: ${stderr.trim()}`);
  if (truncated) throw new HostError("too-large", "ss -lnt printed more than keelmark reads");
  const judged = new Map<string, Judgement>();
  for (const { address, port } of listeners(stdout)) {
    const service = serviceAt(port);
    if (service === undefined) continue;
    const found = `${address}:${port}`;
    const evidence = { subject: "host", property: `port ${port}/tcp`, found };
    judged.set(found, judge([{ service, address, evidence }]));
  }
  return judged.size === 0 ? Verdict.passed("no management port listens") : sumUp("listeners", judged);
}
