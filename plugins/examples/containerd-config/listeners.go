package main

import (
	"net/netip"
	"strings"

	"github.com/keelmark/keelmark/sdk/go/keelmark"
)

var listeners = keelmark.Check{
	ID:      "1.4",
	Title:   "Ensure that containerd listens on no network without authentication",
	Slug:    "containerd-on-the-network",
	Level:   1,
	Means:   "grpc.tcp_address is empty or has certificates, and the metrics are served on the loopback interface alone.",
	Why:     "The API is root on this host; the metrics name every container and image.",
	Audited: "grpc and metrics of the configuration. Whether the firewall helps is not looked at.",
	Fix:     `grpc.tcp_address = "" and metrics.address = "127.0.0.1:1338" in config.toml`,
	Audit: func() (keelmark.Verdict, error) {
		return over("listeners", func(daemon daemon, judge *keelmark.Judge) {
			judge.Good() // the socket, which 1.2 looks at
			if address, _ := lookup(daemon.config, "grpc", "tcp_address").(string); address != "" {
				evidence := keelmark.Expected(daemon.subject, "grpc.tcp_address", address, "empty")
				authority, _ := lookup(daemon.config, "grpc", "tcp_tls_ca").(string)
				if authority == "" {
					judge.Bad(evidence, keelmark.Expected(daemon.subject, "grpc.tcp_tls_ca", "unset", "the authority that clients are checked against"))
				} else {
					judge.Ask(evidence)
				}
			}
			if address, _ := lookup(daemon.config, "metrics", "address").(string); address != "" {
				if isLoopback(address) {
					judge.Good()
				} else {
					judge.Bad(keelmark.Expected(daemon.subject, "metrics.address", address, "an address of the loopback interface"))
				}
			}
		})
	},
}

// isLoopback is about "host:port"; a name other than localhost may lead anywhere.
func isLoopback(address string) bool {
	host := address
	if colon := strings.LastIndexByte(address, ':'); colon >= 0 && !strings.HasSuffix(address, "]") {
		host = address[:colon]
	}
	host = strings.Trim(host, "[]")
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
