// Management ports: shells, control planes, databases and consoles that more can reach than have to.

import { Section } from "@keelmark/sdk";

import { hostListensForItself } from "./listening.ts";
import { noneReachable } from "./published.ts";
import { namesOf } from "./services.ts";

export const section = new Section({ benchmark: "management-ports-1", number: "1", title: "Management ports" });

const AUDITED = "The published ports of every container, by the port inside it, and the addresses they are bound to: ";
const FIX =
  "Publish it for this host alone (-p 127.0.0.1:PORT:PORT), or not at all: " +
  "containers of one network need no published port.";
const REFERENCES = ["https://docs.docker.com/engine/network/port-publishing/"];

section.check(
  {
    id: "1.1",
    title: "Ensure that remote shells of containers are not reachable from everywhere",
    slug: "exposed-remote-shell",
    level: 1,
    why: "A shell in a container is one password away from what the container may do.",
    audited: AUDITED + namesOf("shell"),
    fix: FIX,
    references: REFERENCES,
  },
  () => noneReachable("shell"),
);

section.check(
  {
    id: "1.2",
    title: "Ensure that control planes in containers are not reachable from everywhere",
    slug: "exposed-control-plane",
    level: 1,
    why: "Whoever reaches one without having to say who they are owns every machine behind it.",
    audited: AUDITED + namesOf("control"),
    fix: FIX,
    references: REFERENCES,
  },
  () => noneReachable("control"),
);

section.check(
  {
    id: "1.3",
    title: "Ensure that databases in containers are not reachable from everywhere",
    slug: "exposed-database",
    level: 1,
    why: "Published ports pass by the host's firewall rules: the engine writes its own before them.",
    audited: AUDITED + namesOf("data"),
    fix: FIX,
    references: REFERENCES,
  },
  () => noneReachable("data"),
);

section.check(
  {
    id: "1.4",
    title: "Ensure that consoles in containers are reachable only where they have to be",
    slug: "exposed-console",
    level: 2,
    why: "Consoles are made for trusted networks, and updated last.",
    audited: AUDITED + namesOf("console"),
    fix: FIX,
    references: REFERENCES,
    automated: false,
  },
  () => noneReachable("console"),
);

section.check(
  {
    id: "1.5",
    title: "Ensure that the host does not offer management ports to every network",
    slug: "exposed-host-management-port",
    level: 1,
    why: "What listens beside the containers, and containers in the host's network, no engine knows of.",
    audited: "Every listening TCP socket of the host (ss -lnt), by its port and address.",
    fix: "Bind the service to 127.0.0.1 or to the management network's address.",
  },
  hostListensForItself,
);

// What the component exports: the build looks for this name.
export const guest = section.guest();
