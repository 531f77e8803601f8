// Package guest is where the exported functions of the bindings meet the section that the plugin registered.
package guest

import (
	"github.com/keelmark/keelmark/sdk/go/internal/bindings/imports/keelmark_plugin_types"
	"github.com/keelmark/keelmark/sdk/go/internal/wit/runtime"
	"github.com/keelmark/keelmark/sdk/go/internal/wit/types"
)

// DescribeFunc and AuditFunc are what package keelmark puts here: it imports the bindings, so they cannot import it.
var (
	DescribeFunc func() keelmark_plugin_types.Section
	AuditFunc    func(ids []string) error
)

// Describe is the export of that name.
func Describe() keelmark_plugin_types.Section { return DescribeFunc() }

// Audit is the export of that name.
func Audit(ids []string) types.Result[types.Unit, keelmark_plugin_types.Error] {
	runtime.Resume()
	defer runtime.Pause()
	if err := AuditFunc(ids); err != nil {
		refused := keelmark_plugin_types.Error{Kind: keelmark_plugin_types.ErrorKind_Invalid, Message: err.Error()}
		return types.Err[types.Unit](refused)
	}
	return types.Ok[types.Unit, keelmark_plugin_types.Error](types.Unit{})
}
