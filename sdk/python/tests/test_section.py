"""A section over a fake host: what is found, what goes wrong, and whose verdict it costs."""

import sys
import unittest

from keelmark import Evidence, Judgement, Section, Status, Verdict, docker, files, host
from keelmark.errors import Denied, Failed, HostError, NotFound, TimedOut
from keelmark.testing import FakeHost, project
from keelmark.verdict import shown

STAT = {"kind": "file", "mode": "0640", "uid": 0, "gid": 0, "owner": "root", "size": 1, "modified": 2, "device": "8:1"}
CONTAINERS = [{"Id": "b" * 64, "Names": ["/web"]}, {"Id": "a" * 64, "Names": ["/db"]}]


def section_of(check):
    section = Section("acme-docker-1", "9", "House rules")
    section.check("9.1", "Ensure that it is so", slug="not-so")(check)
    return section


def decide(check, **answers):
    with FakeHost(**answers):
        return section_of(check).verdict("9.1")


class Verdicts(unittest.TestCase):
    def test_a_check_decides(self):
        verdict = decide(lambda: Verdict.failed("no", Evidence("daemon", "Debug", True, False)))
        self.assertEqual((verdict.status, verdict.message), (Status.FAIL, "no"))
        self.assertEqual(str(verdict.evidence[0]), "daemon: Debug = true (expected false)")

    def test_a_fact_that_cannot_be_read_is_an_error_and_never_a_pass(self):
        def check():
            files.read_text("/etc/docker/daemon.json")
            return Verdict.passed()

        verdict = decide(check)
        self.assertEqual(verdict.status, Status.ERROR)
        self.assertEqual(verdict.message, "not recorded: read /etc/docker/daemon.json")

    def test_an_exception_is_the_verdict_with_its_line(self):
        def check():
            raise KeyError("colour")

        with FakeHost() as fake:
            section = section_of(check)
            section.check("9.2", "Ensure that it goes on", slug="stopped")(Verdict.passed)
            section.audit(["9.1", "9.2"])
        line = check.__code__.co_firstlineno + 1
        message = f"the check broke: KeyError: 'colour' (test_section.py, line {line}, in check)"
        self.assertEqual(fake.findings["9.1"], Verdict(Status.ERROR, message))
        self.assertEqual(fake.findings["9.2"].status, Status.PASS)
        self.assertIn("Traceback", fake.logged[0][1])

    def test_a_check_without_a_verdict_is_told_so(self):
        def forgetful():
            return None

        message = "the check broke: TypeError: forgetful() returned None; it should return a keelmark.Verdict"
        self.assertTrue(decide(forgetful).message.startswith(message))

    def test_evidence_that_is_none_is_told_at_once(self):
        message = decide(lambda: Verdict.manual("look", "here")).message
        self.assertTrue(message.startswith("the check broke: TypeError: the evidence 'here' is no keelmark.Evidence"))
        with self.assertRaises(TypeError):
            Judgement.bad(None)

    def test_an_exit_costs_one_verdict_too(self):
        self.assertTrue(decide(lambda: sys.exit(3)).message.startswith("the check broke: SystemExit: 3 ("))

    def test_an_unknown_id_is_an_error(self):
        with FakeHost():
            verdict = section_of(Verdict.passed).verdict("9.9")
        self.assertEqual(verdict.message, "section 9 of acme-docker-1 has no recommendation 9.9")

    def test_what_is_declared_wrongly_does_not_get_far(self):
        section = section_of(Verdict.passed)
        for id, slug in [("9.1", "other"), ("9 2", "other"), ("9.2", "9.2"), ("9.2", "Has-Capitals")]:
            with self.assertRaises(ValueError):
                section.check(id, "Ensure nothing", slug=slug)
        for wrong in [{"title": None}, {"title": "x", "why": 7}, {"title": "x", "references": [7]}]:
            with self.assertRaisesRegex(TypeError, "it should be text"):
                section.check("9.2", **wrong, slug="other")
        with self.assertRaisesRegex(TypeError, "number is 9; it should be text"):
            Section("acme-docker-1", 9, "House rules")

    def test_what_has_no_utf8_is_shown_all_the_same(self):
        self.assertEqual(shown("half \ud800 pair"), "half ? pair")


class Facts(unittest.TestCase):
    def test_files(self):
        with FakeHost({"stat /etc/x": STAT, "read /etc/l": {"resolved": "/etc/x"}, "read /etc/x": "text"}) as fake:
            fake.refuse("stat /etc/none", "not-found", "no such file: /etc/none")
            found = files.stat("/etc/x")
            self.assertEqual((found.octal, found.ownership), ("0640", "root:0"))
            self.assertFalse(found.allows_more_than(0o644))
            self.assertTrue(found.allows_more_than(0o604))
            self.assertEqual(files.read_text("/etc/l"), "text")
            self.assertIsNone(files.stat_if_exists("/etc/none"))
            with self.assertRaises(NotFound):
                files.stat("/etc/none")

    def test_programs_settings_and_time(self):
        output = {"code": 0, "stdout": "active\n", "stderr": "", "truncated": False}
        answers = {"exec systemctl is-active docker.service": output, 'exec x "a b" ""': output, "now": 7}
        with FakeHost(answers, {"users": ["ann"], "odd": "ann"}):
            self.assertEqual(host.run("systemctl", "is-active", "docker.service").stdout, "active\n")
            self.assertEqual(host.run("x", "a b", "").code, 0)
            self.assertEqual(host.now(), 7)
            self.assertEqual(host.setting_list("users"), ["ann"])
            self.assertIsNone(host.setting_list("unset"))
            with self.assertRaises(Failed):
                host.setting_list("odd")

    def test_containers_are_read_by_path(self):
        with FakeHost(self.two_containers()):
            db, web = docker.inspect_containers(["HostConfig", "Name"])
        self.assertEqual((db.subject, web.subject), ("container db", "container web"))
        self.assertTrue(web.read("HostConfig.Privileged", bool))
        self.assertEqual(web.read("HostConfig.CapAdd", list), [])
        self.assertIsNone(web.optional("HostConfig.Gone", str))
        for path, kind, message in [
            ("HostConfig.Gone", str, "container web: the engine's answer has no HostConfig.Gone"),
            ("Name", bool, 'container web: Name should be bool, but the engine sent "/web"'),
            (
                "HostConfig.Privileged",
                int,
                "container web: HostConfig.Privileged should be int, but the engine sent true",
            ),
        ]:
            with self.assertRaises(Failed) as caught:
                web.read(path, kind)
            self.assertEqual(caught.exception.message, message)

    def test_each_container_is_judged_and_summed_up(self):
        def judge(container):
            privileged = container.read("HostConfig.Privileged", bool)
            return Judgement.bad_if_any(
                [Evidence(container.subject, "HostConfig.Privileged", True)] if privileged else []
            )

        def check():
            return docker.each_container(["HostConfig.Privileged"], judge)

        verdict = decide(check, answers=self.two_containers())
        self.assertEqual((verdict.status, verdict.message), (Status.FAIL, "1 of 2 containers"))
        with FakeHost(self.two_containers()) as fake:
            fake.refuse("docker container " + "b" * 64, "timeout", "no answer in 5 s")
            verdict = section_of(check).verdict("9.1")
            self.assertEqual((verdict.status, verdict.message), (Status.ERROR, "no answer in 5 s"))
            fake.refuse("docker container " + "b" * 64, "not-found", "gone")
            self.assertEqual(section_of(check).verdict("9.1"), Verdict.passed(message="1 containers"))

    def two_containers(self):
        privileged = {"a": False, "b": True}
        each = {
            f"docker container {id * 64}": {"Name": "/web", "HostConfig": {"Privileged": found, "CapAdd": None}}
            for id, found in privileged.items()
        }
        return {"docker containers": CONTAINERS, **each}

    def test_volumes_come_by_name_and_only_with_what_was_asked_for(self):
        volumes = [
            {"Name": "b", "Driver": "local", "Options": None},
            {"Name": "a", "Driver": "nfs", "Options": {"o": "ro"}},
        ]
        with FakeHost({"docker volumes": volumes}):
            found = docker.list_volumes(["Options"])
        expected = [("volume a", {"Name": "a", "Options": {"o": "ro"}}), ("volume b", {"Name": "b", "Options": None})]
        self.assertEqual([(volume.subject, volume.data) for volume in found], expected)

    def test_a_process_may_tell_when_it_started(self):
        running = [
            {"pid": 7, "argv": ["dockerd"], "euid": 0, "started": 1_700_000_000, "of-a-later-version": 1},
            {"pid": 8, "argv": [], "euid": 1},
        ]
        with FakeHost({"process dockerd": running}):
            found = host.find_processes("dockerd")
        self.assertEqual([(process.pid, process.started) for process in found], [(7, 1_700_000_000), (8, None)])

    def test_projection_is_the_hosts(self):
        value = {"a": {"b": 1, "c": 2}, "d": [{"e": 1, "f": 2}], "ab": 3, "x.y": {"z": 1, "w": 2}}
        self.assertEqual(project(value, ["a.b", "d.e"]), {"a": {"b": 1}, "d": [{"e": 1}]})
        self.assertEqual(project(value, ["x.y.z"]), {"x.y": {"z": 1}})
        self.assertEqual(project(value, []), {})


class Summing(unittest.TestCase):
    def sum_up(self, *judged):
        from keelmark import sum_up

        return sum_up("things", zip("abc", judged))

    def test_one_bad_decides_and_hides_nothing(self):
        bad, ask = Evidence("b", "p", "x"), Evidence("c", "p", "y")
        verdict = self.sum_up(TimedOut("late"), Judgement.bad(bad), Judgement.ask(ask))
        self.assertEqual((verdict.status, verdict.message), (Status.FAIL, "1 of 2 things, and 1 to judge"))
        self.assertEqual([one.subject for one in verdict.evidence], ["b", "c", "a"])
        self.assertEqual(verdict.evidence[2].info(), [("error", "late")])

    def test_unread_without_bad_is_an_error_of_its_kind(self):
        with self.assertRaises(TimedOut) as caught:
            self.sum_up(Judgement.good(), TimedOut("late"), Denied("no"))
        self.assertEqual(caught.exception.message, "late (and one more could not be read)")

    def test_nothing_is_never_a_pass(self):
        self.assertEqual(self.sum_up(), Verdict.not_applicable("no things"))
        self.assertEqual(self.sum_up(Judgement.skip()), Verdict.not_applicable("applies to none of the 1 things"))
        self.assertEqual(self.sum_up(Judgement.skip(), Judgement.good()).status, Status.PASS)
        with self.assertRaises(TypeError):
            self.sum_up(None)

    def test_errors_without_a_class_keep_their_words(self):
        self.assertEqual(str(HostError("what")), "what")


class Recordings(unittest.TestCase):
    def test_both_formats_read_alike(self):
        id = CONTAINERS[0]["Id"]
        inspected = {"Id": id, "Name": "/web"}
        old = {"docker containers": CONTAINERS[:1], f"docker container {id}": inspected}
        new = {"docker list-containers": CONTAINERS[:1], f"docker inspect-containers {id}": inspected}
        for answers in old, new:
            with FakeHost(answers):
                self.assertEqual([found.data for found in docker.inspect_containers(["Name"])], [{"Name": "/web"}])


if __name__ == "__main__":
    unittest.main()
