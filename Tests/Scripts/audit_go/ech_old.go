//go:build !go1.24

package main

import (
	"crypto/tls"
	"errors"
)

func setECH(server, client *tls.Config, rejected bool) error {
	return errors.New("this Go has no Encrypted Client Hello")
}

func acceptedECH(state tls.ConnectionState) bool { return false }
