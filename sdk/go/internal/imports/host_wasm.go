package imports

import (
	"strconv"

	"github.com/keelmark/keelmark/sdk/go/internal/bindings/imports/keelmark_plugin_exec"
	"github.com/keelmark/keelmark/sdk/go/internal/bindings/imports/keelmark_plugin_fs"
	"github.com/keelmark/keelmark/sdk/go/internal/bindings/imports/keelmark_plugin_host"
	"github.com/keelmark/keelmark/sdk/go/internal/bindings/imports/keelmark_plugin_process"
	"github.com/keelmark/keelmark/sdk/go/internal/bindings/imports/keelmark_plugin_report"
	"github.com/keelmark/keelmark/sdk/go/internal/bindings/imports/keelmark_plugin_types"
	"github.com/keelmark/keelmark/sdk/go/internal/host"
	"github.com/keelmark/keelmark/sdk/go/internal/wit/types"
)

// component is the host as this component's imports have it. The linker drops the methods that a plugin never calls,
// and with them the imports: what a Go plugin imports is what it asks.
type component struct{}

func init() { host.Current = component{} }

// value is a result as Go has it.
func value[T any](result types.Result[T, keelmark_plugin_types.Error]) (T, error) {
	if !result.IsErr() {
		return result.Ok(), nil
	}
	var none T
	refused := result.Err()
	return none, &host.Error{Kind: host.Kind(refused.Kind), Message: refused.Message, Info: pairs(refused.Info)}
}

func done(result types.Result[types.Unit, keelmark_plugin_types.Error]) error {
	_, err := value(result)
	return err
}

func pairs(info []types.Tuple2[string, string]) []host.Pair {
	found := make([]host.Pair, 0, len(info))
	for _, pair := range info {
		found = append(found, host.Pair{Key: pair.F0, Value: pair.F1})
	}
	return found
}

// Tuples is an info list as the contract has it.
func Tuples(info []host.Pair) []types.Tuple2[string, string] {
	tuples := make([]types.Tuple2[string, string], 0, len(info))
	for _, pair := range info {
		tuples = append(tuples, types.Tuple2[string, string]{F0: pair.Key, F1: pair.Value})
	}
	return tuples
}

func (component) Run(program string, args []string) (host.Output, error) {
	out, err := value(keelmark_plugin_exec.Run(program, args))
	if err != nil {
		return host.Output{}, err
	}
	found := host.Output{Stdout: out.Stdout, Stderr: out.Stderr, Truncated: out.Truncated}
	if out.Code.Tag() == types.OptionSome {
		code := out.Code.Some()
		found.Code = &code
	}
	return found, nil
}

var fileKinds = [...]string{"file", "directory", "symlink", "socket", "other"}

func (component) Stat(path string, follow bool) (host.Metadata, error) {
	m, err := value(keelmark_plugin_fs.Stat(path, follow))
	if err != nil {
		return host.Metadata{}, err
	}
	found := host.Metadata{
		Kind: fileKinds[min(int(m.Kind), len(fileKinds)-1)], Mode: m.Mode, UID: m.Uid, GID: m.Gid,
		Owner: m.Owner.Or(""), Group: m.Group.Or(""), Size: m.Size, Modified: m.Modified,
		Device: m.Device, Target: m.Target.Or(""),
	}
	for _, pair := range m.Info {
		if pair.F0 == "resolved" {
			found.Resolved = pair.F1
		}
	}
	return found, nil
}

func (component) ReadText(path string) (string, error) {
	return value(keelmark_plugin_fs.ReadText(path))
}

func (component) ListDir(path string) ([]string, error) {
	return value(keelmark_plugin_fs.ListDir(path))
}

func (component) FindProcesses(name string) ([]host.Process, error) {
	running, err := value(keelmark_plugin_process.Find(name))
	if err != nil {
		return nil, err
	}
	found := make([]host.Process, 0, len(running))
	for _, p := range running {
		process := host.Process{PID: p.Pid, Argv: p.Argv, EUID: p.Euid}
		for _, pair := range pairs(p.Info) {
			if pair.Key == "started" {
				// What is no number is not known.
				process.Started, _ = strconv.ParseInt(pair.Value, 10, 64)
			}
		}
		found = append(found, process)
	}
	return found, nil
}

func (component) Facts() (host.Facts, error) {
	f, err := value(keelmark_plugin_host.Describe())
	return host.Facts{
		Hostname: f.Hostname, Kernel: f.Kernel, Architecture: f.Architecture,
		OSID: f.OsId, OSVersion: f.OsVersion, OSName: f.OsName,
		Privileged: f.Privileged, EngineIsLocal: f.EngineIsLocal,
	}, err
}

func (component) Now() (int64, error) { return value(keelmark_plugin_host.Now()) }

func (component) Setting(key string) (*string, error) {
	setting, err := value(keelmark_plugin_host.Setting(key))
	if err != nil || setting.Tag() == types.OptionNone {
		return nil, err
	}
	json := setting.Some()
	return &json, nil
}

func (component) Emit(finding host.Finding) error {
	evidence := make([]keelmark_plugin_types.Evidence, 0, len(finding.Evidence))
	for _, e := range finding.Evidence {
		evidence = append(evidence, keelmark_plugin_types.Evidence{
			Subject: e.Subject, Property: e.Property, Found: e.Found, Expected: e.Expected, Info: Tuples(e.Info),
		})
	}
	return done(keelmark_plugin_report.Emit(keelmark_plugin_types.Finding{
		Id: finding.ID, Status: uint8(finding.Status), Message: finding.Message, Evidence: evidence,
	}))
}

func (component) Progress(count, total uint32) error {
	return done(keelmark_plugin_report.Progress(count, total))
}

func (component) Log(level host.Level, message string) error {
	return done(keelmark_plugin_report.Log(uint8(level), message))
}
