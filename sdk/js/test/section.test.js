// A section over a fake host: what is found, what goes wrong, and whose verdict it costs.

import assert from "node:assert/strict";
import test from "node:test";

import { HostError, Judgement, Section, Verdict, docker, files, formatEvidence, host, sumUp } from "../src/index.js";
import { FakeHost, project } from "../src/testing.js";

const ID = { web: "b".repeat(64), db: "a".repeat(64) };

const TWO_CONTAINERS = {
  "docker containers": [{ Id: ID.web, Names: ["/web"] }, { Id: ID.db, Names: ["/db"] }],
  [`docker container ${ID.web}`]: { Name: "/web", HostConfig: { Privileged: true, CapAdd: null } },
  [`docker container ${ID.db}`]: { Name: "/db", HostConfig: { Privileged: false, CapAdd: null } },
};

function sectionOf(decide) {
  const section = new Section({ benchmark: "acme-docker-1", number: "9", title: "House rules" });
  return section.check({ id: "9.1", title: "Ensure that it is so", slug: "not-so" }, decide);
}

const decide = (check, fake = new FakeHost()) => fake.during(() => sectionOf(check).verdict("9.1"));

const failsWith = (message, kind = "failed") => (error) => error.message === message && error.kind === kind;

test("a check decides", () => {
  const verdict = decide(() => Verdict.failed("no", { subject: "daemon", property: "Debug", found: true, expected: false }));
  assert.deepEqual([verdict.status, verdict.message], ["fail", "no"]);
  assert.equal(formatEvidence(verdict.evidence[0]), "daemon: Debug = true (expected false)");
});

test("a fact that cannot be read is an error and never a pass", () => {
  const verdict = decide(() => {
    files.readText("/etc/docker/daemon.json");
    return Verdict.passed();
  });
  assert.deepEqual([verdict.status, verdict.message], ["error", "not recorded: read /etc/docker/daemon.json"]);
});

test("an exception is the verdict with its line, and the others go on", () => {
  const fake = new FakeHost();
  fake.during(() => {
    const section = sectionOf(() => undefined.colour);
    section.check({ id: "9.2", title: "Ensure that it goes on", slug: "stopped" }, () => Verdict.passed());
    section.audit(["9.1", "9.2"]);
  });
  const { status, message } = fake.findings.get("9.1");
  assert.equal(status, "error");
  assert.match(message, /^the check broke: TypeError: .*colour.*\(.*section\.test\.js:\d+:\d+\)$/);
  assert.equal(fake.findings.get("9.2").status, "pass");
  assert.match(fake.logged[0][1], /section\.test\.js/);
});

test("a check without a verdict is told so", () => {
  assert.match(decide(() => {}).message, /^the check of 9\.1 returned undefined; it should/);
  assert.match(decide(async () => Verdict.passed()).message, /returned a promise \(a check cannot be async\)/);
  assert.match(decide(() => { throw { odd: 1 }; }).message, /^the check broke: it threw \{"odd":1\}$/);
});

test("evidence that is none is told at once", () => {
  const { message } = decide(() => Verdict.manual("look", "here"));
  assert.match(message, /^the check broke: TypeError: the evidence here has no subject \(.*section\.test\.js:\d+:\d+\)$/);
  assert.throws(() => Judgement.bad(undefined), TypeError);
});

test("an unknown id is an error", () => {
  const { message } = new FakeHost().during(() => sectionOf(Verdict.passed).verdict("9.9"));
  assert.equal(message, "section 9 of acme-docker-1 has no recommendation 9.9");
});

test("what is declared wrongly does not get far", () => {
  const section = sectionOf(() => Verdict.passed());
  for (const [id, slug] of [["9.1", "other"], ["9 2", "other"], ["9.2", "9.2"], ["9.2", "Has-Capitals"]]) {
    assert.throws(() => section.check({ id, title: "Ensure nothing", slug }, () => Verdict.passed()), RangeError);
  }
  assert.throws(() => section.check({ id: "9.2", title: "", slug: "none" }, undefined), TypeError);
  const text = /it should be text/;
  assert.throws(() => section.check({ id: "9.2", slug: "none" }, () => Verdict.passed()), text);
  assert.throws(() => section.check({ id: "9.2", title: "", slug: "none", why: 7 }, () => Verdict.passed()), text);
  assert.throws(() => new Section({ benchmark: "acme-docker-1", number: 9, title: "House rules" }), text);
});

test("files", () => {
  const stat = { kind: "file", mode: "0640", uid: 0, gid: 0, owner: "root", size: 1, modified: 2, device: "8:1" };
  const fake = new FakeHost({ "stat /etc/x": stat, "read /etc/l": { resolved: "/etc/x" }, "read /etc/x": "text" });
  fake.refuse("stat /etc/none", "not-found", "no such file: /etc/none").during(() => {
    const found = files.stat("/etc/x");
    assert.deepEqual([files.octal(found.mode), files.ownership(found)], ["0640", "root:0"]);
    assert.equal(files.allowsMoreThan(found.mode, 0o644), false);
    assert.equal(files.allowsMoreThan(found.mode, 0o604), true);
    assert.equal(files.readText("/etc/l"), "text");
    assert.equal(files.statIfExists("/etc/none"), null);
    assert.throws(() => files.stat("/etc/none"), failsWith("no such file: /etc/none", "not-found"));
  });
});

test("programs, settings and time", () => {
  const output = { code: 0, stdout: "active\n", stderr: "", truncated: false };
  const answers = { "exec systemctl is-active docker.service": output, 'exec x "a b" ""': output, now: 7 };
  new FakeHost(answers, { users: ["ann"], odd: "ann" }).during(() => {
    assert.equal(host.run("systemctl", "is-active", "docker.service").stdout, "active\n");
    assert.equal(host.run("x", "a b", "").code, 0);
    assert.equal(host.now(), 7);
    assert.deepEqual(host.settingList("users"), ["ann"]);
    assert.equal(host.settingList("unset"), null);
    assert.throws(() => host.settingList("odd"), HostError);
  });
});

test("containers are read by path", () => {
  const [db, web] = new FakeHost(TWO_CONTAINERS).during(() => docker.inspectContainers(["HostConfig", "Name"]));
  assert.deepEqual([db.subject, web.subject], ["container db", "container web"]);
  assert.equal(web.read("HostConfig.Privileged", "boolean"), true);
  assert.deepEqual(web.read("HostConfig.CapAdd", "list"), []);
  assert.equal(web.optional("HostConfig.Gone", "string"), null);
  const wrong = [
    ["HostConfig.Gone", "string", "container web: the engine's answer has no HostConfig.Gone"],
    ["Name", "boolean", 'container web: Name should be true or false, but the engine sent "/web"'],
    ["HostConfig.Privileged", "number", "container web: HostConfig.Privileged should be a number, but the engine sent true"],
  ];
  for (const [path, type, message] of wrong) assert.throws(() => web.read(path, type), failsWith(message));
  assert.throws(() => web.read("Name", "text"), TypeError);
});

test("each container is judged and summed up", () => {
  const judge = (container) => {
    const privileged = container.read("HostConfig.Privileged", "boolean");
    return Judgement.badIfAny(privileged ? [{ subject: container.subject, property: "HostConfig.Privileged", found: true }] : []);
  };
  const check = () => docker.eachContainer(["HostConfig.Privileged"], judge);
  const verdict = decide(check, new FakeHost(TWO_CONTAINERS));
  assert.deepEqual([verdict.status, verdict.message], ["fail", "1 of 2 containers"]);
  const late = new FakeHost(TWO_CONTAINERS).refuse(`docker container ${ID.web}`, "timeout", "no answer in 5 s");
  assert.deepEqual(decide(check, late).message, "no answer in 5 s");
  const gone = new FakeHost(TWO_CONTAINERS).refuse(`docker container ${ID.web}`, "not-found", "gone");
  assert.deepEqual([decide(check, gone).status, decide(check, gone).message], ["pass", "1 containers"]);
});

test("volumes come by name, and only with what was asked for", () => {
  const volumes = [{ Name: "b", Driver: "local", Options: null }, { Name: "a", Driver: "nfs", Options: { o: "ro" } }];
  const found = new FakeHost({ "docker volumes": volumes }).during(() => docker.listVolumes(["Options"]));
  assert.deepEqual(found.map(({ subject, data }) => [subject, data]), [
    ["volume a", { Name: "a", Options: { o: "ro" } }],
    ["volume b", { Name: "b", Options: null }],
  ]);
});

test("a process may tell when it started", () => {
  const running = [{ pid: 7, argv: ["dockerd"], euid: 0, started: 1_700_000_000 }, { pid: 8, argv: [], euid: 1 }];
  const found = new FakeHost({ "process dockerd": running }).during(() => host.findProcesses("dockerd"));
  assert.deepEqual(found.map(({ pid, started }) => [pid, started]), [[7, 1_700_000_000], [8, undefined]]);
});

test("projection is the host's", () => {
  const value = { a: { b: 1, c: 2 }, d: [{ e: 1, f: 2 }], ab: 3, "x.y": { z: 1, w: 2 } };
  assert.deepEqual(project(value, ["a.b", "d.e"]), { a: { b: 1 }, d: [{ e: 1 }] });
  assert.deepEqual(project(value, ["x.y.z"]), { "x.y": { z: 1 } });
  assert.deepEqual(project(value, []), {});
});

test("one bad subject decides and hides nothing", () => {
  const verdict = sumUp("things", [
    ["a", new HostError("timeout", "late")],
    ["b", Judgement.bad({ subject: "b", property: "p", found: "x" })],
    ["c", Judgement.ask({ subject: "c", property: "p", found: "y" })],
  ]);
  assert.deepEqual([verdict.status, verdict.message], ["fail", "1 of 2 things, and 1 to judge"]);
  assert.deepEqual(verdict.evidence.map(({ subject, error }) => [subject, error]), [["b", undefined], ["c", undefined], ["a", "late"]]);
});

test("unread without bad is an error of its kind", () => {
  const judged = [["a", Judgement.good()], ["b", new HostError("timeout", "late")], ["c", new HostError("denied", "no")]];
  assert.throws(() => sumUp("things", judged), failsWith("late (and one more could not be read)", "timeout"));
});

test("nothing is never a pass", () => {
  assert.equal(sumUp("things", []).message, "no things");
  assert.equal(sumUp("things", [["a", Judgement.skip()]]).message, "applies to none of the 1 things");
  assert.equal(sumUp("things", [["a", Judgement.skip()], ["b", Judgement.good()]]).status, "pass");
  assert.throws(() => sumUp("things", [["a", undefined]]), TypeError);
});

test("recordings of both formats read alike", () => {
  const inspected = { Id: ID.web, Name: "/web" };
  const listed = [{ Id: ID.web, Names: ["/web"] }];
  const old = { "docker containers": listed, [`docker container ${ID.web}`]: inspected };
  const current = { "docker list-containers": listed, [`docker inspect-containers ${ID.web}`]: inspected };
  for (const answers of [old, current]) {
    const found = new FakeHost(answers).during(() => docker.inspectContainers(["Name"]));
    assert.deepEqual(found.map(({ data }) => data), [{ Name: "/web" }]);
  }
});
