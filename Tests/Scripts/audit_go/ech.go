//go:build go1.24

package main

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
)

// A configuration with the public name public.example, X25519, HKDF-SHA256 and AES-128-GCM (draft-ietf-tls-esni section 4).
func configuration(id byte, key *ecdh.PrivateKey) []byte {
	name := []byte("public.example")
	public := key.PublicKey().Bytes()
	content := []byte{id}
	content = binary.BigEndian.AppendUint16(content, 0x0020)
	content = binary.BigEndian.AppendUint16(content, uint16(len(public)))
	content = append(content, public...)
	content = append(content, 0, 4, 0, 1, 0, 1, 32, byte(len(name)))
	content = append(content, name...)
	content = append(content, 0, 0)
	config := binary.BigEndian.AppendUint16(nil, 0xFE0D)
	config = binary.BigEndian.AppendUint16(config, uint16(len(content)))
	return append(config, content...)
}

// setECH gives both ends keys; if they are to be rejected, the client's are not those of the server.
func setECH(server, client *tls.Config, rejected bool) error {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	config := configuration(7, key)
	server.EncryptedClientHelloKeys = []tls.EncryptedClientHelloKey{
		{Config: config, PrivateKey: key.Bytes(), SendAsRetry: true},
	}
	if rejected {
		other, err := ecdh.X25519().GenerateKey(rand.Reader)
		if err != nil {
			return err
		}
		config = configuration(9, other)
		// The connection to the public name is used, so that there is something to open.
		client.EncryptedClientHelloRejectionVerify = func(tls.ConnectionState) error { return nil }
	}
	client.EncryptedClientHelloConfigList = append(binary.BigEndian.AppendUint16(nil, uint16(len(config))), config...)
	return nil
}

func acceptedECH(state tls.ConnectionState) bool { return state.ECHAccepted }
