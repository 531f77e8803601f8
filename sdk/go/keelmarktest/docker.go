package keelmarktest

import (
	"encoding/json"
	"strings"

	"github.com/keelmark/keelmark/sdk/go/internal/host"
)

// one answers a question with one answer: the part of the recorded one that the fields name.
func (h *Host) one(key string, fields []string) (string, error) {
	value, err := ask[any](h, key)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(project(value, fields))
	return string(text), err
}

func (h *Host) each(key string, ids, fields []string) ([]host.Answer, error) {
	answers := make([]host.Answer, 0, len(ids))
	for _, id := range ids {
		text, err := h.one(key+" "+id, fields)
		answers = append(answers, host.Answer{ID: id, JSON: text, Err: err})
	}
	return answers, nil
}

// project is the part of a value that dotted fields name; lists are projected element by element.
func project(value any, fields []string) any {
	switch value := value.(type) {
	case []any:
		items := make([]any, 0, len(value))
		for _, item := range value {
			items = append(items, project(item, fields))
		}
		return items
	case map[string]any:
		picked := map[string]any{}
		for key, entry := range value {
			var below []string
			isWhole := false
			for _, field := range fields {
				isWhole = isWhole || field == key
				if rest, isBelow := strings.CutPrefix(field, key+"."); isBelow {
					below = append(below, rest)
				}
			}
			if isWhole {
				picked[key] = entry
			} else if below != nil && (entry == nil || hasFields(entry)) {
				picked[key] = project(entry, below)
			}
		}
		return picked
	default:
		// What has no fields is not below one: a text in a list is null, and as a field it is left out.
		return nil
	}
}

func hasFields(value any) bool {
	switch value.(type) {
	case []any, map[string]any:
		return true
	default:
		return false
	}
}

// Version answers GET /version.
func (h *Host) Version(fields []string) (string, error) { return h.one("docker version", fields) }

// Info answers GET /info.
func (h *Host) Info(fields []string) (string, error) { return h.one("docker info", fields) }

// ListContainers answers GET /containers/json.
func (h *Host) ListContainers(fields []string) (string, error) {
	return h.one("docker containers", fields)
}

// ListImages answers GET /images/json.
func (h *Host) ListImages(fields []string) (string, error) { return h.one("docker images", fields) }

// ListNetworks answers GET /networks.
func (h *Host) ListNetworks(fields []string) (string, error) {
	return h.one("docker networks", fields)
}

// ListVolumes answers GET /volumes.
func (h *Host) ListVolumes(fields []string) (string, error) { return h.one("docker volumes", fields) }

// Swarm answers GET /swarm.
func (h *Host) Swarm(fields []string) (string, error) { return h.one("docker swarm", fields) }

// ListNodes answers GET /nodes.
func (h *Host) ListNodes(fields []string) (string, error) { return h.one("docker nodes", fields) }

// ListServices answers GET /services.
func (h *Host) ListServices(fields []string) (string, error) {
	return h.one("docker services", fields)
}

// ListSecrets answers GET /secrets.
func (h *Host) ListSecrets(fields []string) (string, error) {
	return h.one("docker secrets", fields)
}

// InspectContainers answers GET /containers/{id}/json.
func (h *Host) InspectContainers(ids, fields []string) ([]host.Answer, error) {
	return h.each("docker container", ids, fields)
}

// ContainerProcesses answers GET /containers/{id}/top.
func (h *Host) ContainerProcesses(ids []string) ([]host.Answer, error) {
	return h.each("docker processes", ids, []string{"pid", "comm"})
}

// InspectExecs answers GET /exec/{id}/json.
func (h *Host) InspectExecs(ids, fields []string) ([]host.Answer, error) {
	return h.each("docker exec", ids, fields)
}

// InspectImages answers GET /images/{id}/json.
func (h *Host) InspectImages(ids, fields []string) ([]host.Answer, error) {
	return h.each("docker image", ids, fields)
}

// ImageHistory answers GET /images/{id}/history.
func (h *Host) ImageHistory(ids, fields []string) ([]host.Answer, error) {
	return h.each("docker history", ids, fields)
}
