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
