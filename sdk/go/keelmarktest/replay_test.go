package keelmarktest_test

import (
	"strings"
	"testing"

	"github.com/keelmark/keelmark/sdk/go/keelmark"
	"github.com/keelmark/keelmark/sdk/go/keelmarktest"
)

const recording = `{"keelmark-recording": 1, "answers": {
	"docker containers": {"ok": [{"Id": "a", "Names": ["/web"], "State": "running"}, {"Id": "b", "Names": ["/db"]}]},
	"docker container a": {"ok": {"Id": "a", "HostConfig": {"Privileged": true, "PidMode": "host"}}},
	"docker container b": {"error": {"kind": "not-found", "message": "no such container"}},
	"exec systemctl show --property=FragmentPath docker.service": {"ok": {"code": 0, "stdout": "x", "stderr": ""}},
	"exec getent group \"a b\"": {"ok": {"code": null, "stdout": "", "stderr": ""}},
	"facts": {"ok": {"hostname": "h", "os-id": "debian", "engine-is-local": true}},
	"list /etc/docker": {"ok": ["b", "a"]},
	"now": {"ok": 12},
	"process dockerd": {"ok": [{"pid": 7, "argv": ["dockerd"], "euid": 0, "started": 12}]},
	"docker volumes": {"ok": [{"Name": "db", "Driver": "local", "Options": {"o": "bind"}}]},
	"read /etc/hosts": {"ok": "127.0.0.1"},
	"lstat /run/x": {"ok": {"kind": "symlink", "mode": "0777", "uid": 1, "target": "y"}}
}}`

type inspected struct {
	HostConfig map[string]any
}

func TestBothFormatsReadAlike(t *testing.T) {
	for format, listed := range map[string]string{"1": "containers", "2": "list-containers"} {
		keelmarktest.ReplayText(t, `{"keelmark-recording": `+format+`, "answers": {"docker `+listed+`": {"ok": [{"Id": "a"}]}}}`)
		list, err := keelmark.ListContainers[struct{ Id string }]("Id")
		if err != nil || len(list) != 1 || list[0].Id != "a" {
			t.Error(format, list, err)
		}
	}
}

func TestEveryKindOfAnswer(t *testing.T) {
	fake := keelmarktest.ReplayText(t, recording)
	fake.Settings["limit"] = "3"

	type container struct {
		ID    string `json:"Id"`
		State string
	}
	list, err := keelmark.ListContainers[container]("Id")
	if err != nil || len(list) != 2 || list[0].ID != "a" || list[0].State != "" {
		t.Error("a field that was not asked for does not come", list, err)
	}
	type volume struct {
		Name, Driver string
		Options      map[string]string
	}
	volumes, err := keelmark.ListVolumes[volume]("Name", "Options")
	if err != nil || len(volumes) != 1 || volumes[0].Options["o"] != "bind" || volumes[0].Driver != "" {
		t.Error(volumes, err)
	}
	all, err := keelmark.InspectContainers[inspected]([]string{"a", "b"}, "HostConfig.Privileged")
	if err != nil || len(all) != 2 || all[0].Value.HostConfig["Privileged"] != true || len(all[0].Value.HostConfig) != 1 {
		t.Error(all, err)
	}
	if !keelmark.Is(all[1].Err, keelmark.NotFound) {
		t.Error(all[1].Err)
	}
	if out, err := keelmark.Run("systemctl", "show", "--property=FragmentPath", "docker.service"); err != nil || *out.Code != 0 {
		t.Error(out, err)
	}
	if out, err := keelmark.Run("getent", "group", "a b"); err != nil || out.Code != nil {
		t.Error(out, err)
	}
	if facts, err := keelmark.Facts(); err != nil || facts.OSID != "debian" || !facts.EngineIsLocal {
		t.Error(facts, err)
	}
	if names, err := keelmark.ListDir("/etc/docker"); err != nil || strings.Join(names, " ") != "a b" {
		t.Error(names, err)
	}
	if now, err := keelmark.Now(); err != nil || now != 12 {
		t.Error(now, err)
	}
	if found, err := keelmark.FindProcesses("dockerd"); err != nil || found[0].PID != 7 || found[0].Started != 12 {
		t.Error(found, err)
	}
	if text, err := keelmark.ReadText("/etc/hosts"); err != nil || text != "127.0.0.1" {
		t.Error(text, err)
	}
	if file, err := keelmark.Lstat("/run/x"); err != nil || file.Mode != 0o777 || file.Target != "y" || file.UID != 1 {
		t.Error(file, err)
	}
	var limit int
	if isSet, err := keelmark.Setting("limit", &limit); !isSet || err != nil || limit != 3 {
		t.Error(isSet, err, limit)
	}
	if isSet, err := keelmark.Setting("other", &limit); isSet || err != nil {
		t.Error(isSet, err)
	}
}

func TestWhatIsNotRecordedIsAnErrorThatNamesIt(t *testing.T) {
	keelmarktest.ReplayText(t, recording)
	if _, err := keelmark.Stat("/run/x"); err == nil || err.Error() != "not recorded: stat /run/x" {
		t.Error(err)
	}
}

func TestAnAnswerOfAnotherShapeIsAnError(t *testing.T) {
	keelmarktest.ReplayText(t, recording)
	if _, err := keelmark.ListContainers[int]("Id"); !keelmark.Is(err, keelmark.Failed) {
		t.Error(err)
	}
}
