// Package imports answers with the component's imports; outside WebAssembly it is empty.
package imports
