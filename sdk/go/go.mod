module github.com/keelmark/keelmark/sdk/go

go 1.24
