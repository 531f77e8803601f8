// Which ports are for managing something, and how bad it is when the world can reach one.

export type Group = "shell" | "control" | "data" | "console";

export interface Service {
  port: number;
  name: string;
  group: Group;
  /** Whether it is meant to be reached from elsewhere and asks who is there: then a person has to judge. */
  guarded?: true;
}

export const SERVICES: readonly Service[] = [
  { port: 22, name: "SSH", group: "shell", guarded: true },
  { port: 23, name: "Telnet", group: "shell" },
  { port: 3389, name: "Remote Desktop", group: "shell" },
  { port: 5900, name: "VNC", group: "shell" },
  { port: 2375, name: "Docker Engine without TLS", group: "control" },
  { port: 2376, name: "Docker Engine", group: "control", guarded: true },
  { port: 2379, name: "etcd", group: "control" },
  { port: 6443, name: "Kubernetes API", group: "control", guarded: true },
  { port: 8500, name: "Consul", group: "control" },
  { port: 10250, name: "kubelet", group: "control" },
  { port: 1433, name: "SQL Server", group: "data" },
  { port: 3306, name: "MySQL", group: "data" },
  { port: 5432, name: "PostgreSQL", group: "data" },
  { port: 5984, name: "CouchDB", group: "data" },
  { port: 6379, name: "Redis", group: "data" },
  { port: 9200, name: "Elasticsearch", group: "data" },
  { port: 11211, name: "memcached", group: "data" },
  { port: 27017, name: "MongoDB", group: "data" },
  { port: 5601, name: "Kibana", group: "console", guarded: true },
  { port: 8080, name: "an admin console", group: "console", guarded: true },
  { port: 9000, name: "Portainer or MinIO", group: "console", guarded: true },
  { port: 9090, name: "Prometheus or Cockpit", group: "console", guarded: true },
  { port: 15672, name: "RabbitMQ management", group: "console", guarded: true },
];

const BY_PORT = new Map(SERVICES.map((service) => [service.port, service]));

export function serviceAt(port: number): Service | undefined {
  return BY_PORT.get(port);
}

/** The services of a group, for a sentence. */
export function namesOf(group: Group): string {
  return SERVICES.filter((service) => service.group === group).map(({ name, port }) => `${name} (${port})`).join(", ");
}
