package keelmark

import (
	"encoding/json"

	"github.com/keelmark/keelmark/sdk/go/internal/host"
)

// The engine's answers are its own JSON, masked by the host, and hold only the fields that were asked for. Each
// function decodes into a type of the caller's, so that a check declares just what it reads:
//
//	type container struct {
//		ID    string `json:"Id"`
//		Names []string
//	}
//	containers, err := keelmark.ListContainers[container]("Id", "Names")

// idsPerCall keeps a batch below the host's limit of 1,000, and the text that waits to be decoded at a few MiB.
const idsPerCall = 500

func decode[T any](text string, err error) (T, error) {
	var value T
	if err != nil {
		return value, err
	}
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return value, host.Errorf(host.Failed, "the engine's answer is not as this check reads it: %v", err)
	}
	return value, nil
}

// Inspected is the answer about one of several objects.
type Inspected[T any] struct {
	ID    string
	Value T
	// Err is why there is no Value: NotFound for an object that vanished since it was listed.
	Err error
}

func inspect[T any](ids []string, ask func(ids []string) ([]host.Answer, error)) ([]Inspected[T], error) {
	all := make([]Inspected[T], 0, len(ids))
	for start := 0; start < len(ids); start += idsPerCall {
		answers, err := ask(ids[start:min(start+idsPerCall, len(ids))])
		if err != nil {
			return nil, err
		}
		for _, answer := range answers {
			value, err := decode[T](answer.JSON, answer.Err)
			all = append(all, Inspected[T]{answer.ID, value, err})
		}
	}
	return all, nil
}

// Version is GET /version.
func Version[T any](fields ...string) (T, error) { return decode[T](current().Version(fields)) }

// Info is GET /info.
func Info[T any](fields ...string) (T, error) { return decode[T](current().Info(fields)) }

// ListContainers is GET /containers/json?all=true.
func ListContainers[T any](fields ...string) ([]T, error) {
	return decode[[]T](current().ListContainers(fields))
}

// ListImages is GET /images/json.
func ListImages[T any](fields ...string) ([]T, error) {
	return decode[[]T](current().ListImages(fields))
}

// ListNetworks is GET /networks.
func ListNetworks[T any](fields ...string) ([]T, error) {
	return decode[[]T](current().ListNetworks(fields))
}

// ListVolumes is the list of GET /volumes.
func ListVolumes[T any](fields ...string) ([]T, error) {
	return decode[[]T](current().ListVolumes(fields))
}

// Swarm is GET /swarm; Unavailable where the engine is no swarm manager.
func Swarm[T any](fields ...string) (T, error) { return decode[T](current().Swarm(fields)) }

// ListNodes is GET /nodes; Unavailable where the engine is no swarm manager.
func ListNodes[T any](fields ...string) ([]T, error) { return decode[[]T](current().ListNodes(fields)) }

// ListServices is GET /services; Unavailable where the engine is no swarm manager.
func ListServices[T any](fields ...string) ([]T, error) {
	return decode[[]T](current().ListServices(fields))
}

// ListSecrets is GET /secrets: names and labels, never content.
func ListSecrets[T any](fields ...string) ([]T, error) {
	return decode[[]T](current().ListSecrets(fields))
}

// InspectContainers is GET /containers/{id}/json for each id.
func InspectContainers[T any](ids []string, fields ...string) ([]Inspected[T], error) {
	return inspect[T](ids, func(ids []string) ([]host.Answer, error) { return current().InspectContainers(ids, fields) })
}

// ContainerProcesses is GET /containers/{id}/top for each id: a list of {"pid", "comm"}.
func ContainerProcesses[T any](ids []string) ([]Inspected[T], error) {
	return inspect[T](ids, func(ids []string) ([]host.Answer, error) { return current().ContainerProcesses(ids) })
}

// InspectExecs is GET /exec/{id}/json for each id.
func InspectExecs[T any](ids []string, fields ...string) ([]Inspected[T], error) {
	return inspect[T](ids, func(ids []string) ([]host.Answer, error) { return current().InspectExecs(ids, fields) })
}

// InspectImages is GET /images/{id}/json for each id.
func InspectImages[T any](ids []string, fields ...string) ([]Inspected[T], error) {
	return inspect[T](ids, func(ids []string) ([]host.Answer, error) { return current().InspectImages(ids, fields) })
}

// ImageHistory is GET /images/{id}/history for each id: a list, newest layer first.
func ImageHistory[T any](ids []string, fields ...string) ([]Inspected[T], error) {
	return inspect[T](ids, func(ids []string) ([]host.Answer, error) { return current().ImageHistory(ids, fields) })
}
