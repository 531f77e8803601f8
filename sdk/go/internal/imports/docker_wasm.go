package imports

import (
	"github.com/keelmark/keelmark/sdk/go/internal/bindings/imports/keelmark_plugin_docker"
	"github.com/keelmark/keelmark/sdk/go/internal/bindings/imports/keelmark_plugin_types"
	"github.com/keelmark/keelmark/sdk/go/internal/host"
	"github.com/keelmark/keelmark/sdk/go/internal/wit/types"
)

type answers = types.Result[[]keelmark_plugin_docker.Answer, keelmark_plugin_types.Error]

func each(result answers) ([]host.Answer, error) {
	found, err := value(result)
	if err != nil {
		return nil, err
	}
	all := make([]host.Answer, 0, len(found))
	for _, one := range found {
		json, err := value(one.Json)
		all = append(all, host.Answer{ID: one.Id, JSON: json, Err: err})
	}
	return all, nil
}

func (component) Version(fields []string) (string, error) {
	return value(keelmark_plugin_docker.Version(fields))
}

func (component) Info(fields []string) (string, error) {
	return value(keelmark_plugin_docker.Info(fields))
}

func (component) ListContainers(fields []string) (string, error) {
	return value(keelmark_plugin_docker.ListContainers(fields))
}

func (component) ListImages(fields []string) (string, error) {
	return value(keelmark_plugin_docker.ListImages(fields))
}

func (component) ListNetworks(fields []string) (string, error) {
	return value(keelmark_plugin_docker.ListNetworks(fields))
}

func (component) ListVolumes(fields []string) (string, error) {
	return value(keelmark_plugin_docker.ListVolumes(fields))
}

func (component) Swarm(fields []string) (string, error) {
	return value(keelmark_plugin_docker.Swarm(fields))
}

func (component) ListNodes(fields []string) (string, error) {
	return value(keelmark_plugin_docker.ListNodes(fields))
}

func (component) ListServices(fields []string) (string, error) {
	return value(keelmark_plugin_docker.ListServices(fields))
}

func (component) ListSecrets(fields []string) (string, error) {
	return value(keelmark_plugin_docker.ListSecrets(fields))
}

func (component) InspectContainers(ids, fields []string) ([]host.Answer, error) {
	return each(keelmark_plugin_docker.InspectContainers(ids, fields))
}

func (component) ContainerProcesses(ids []string) ([]host.Answer, error) {
	return each(keelmark_plugin_docker.ContainerProcesses(ids))
}

func (component) InspectExecs(ids, fields []string) ([]host.Answer, error) {
	return each(keelmark_plugin_docker.InspectExecs(ids, fields))
}

func (component) InspectImages(ids, fields []string) ([]host.Answer, error) {
	return each(keelmark_plugin_docker.InspectImages(ids, fields))
}

func (component) ImageHistory(ids, fields []string) ([]host.Answer, error) {
	return each(keelmark_plugin_docker.ImageHistory(ids, fields))
}
