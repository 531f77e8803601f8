module containerd-config

go 1.24

require github.com/keelmark/keelmark/sdk/go v0.1.0

replace github.com/keelmark/keelmark/sdk/go => ../../../sdk/go
