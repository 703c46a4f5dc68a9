// A client and a server of Go's crypto/tls and net/http in one process, for audit_go.py.
//
// The server listens on -listen; the client connects to -connect, which is a relay that records, and posts bodies whose digests
// are printed, one JSON object a line. Both may write a key log.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

var (
	listen    = flag.String("listen", "127.0.0.1:0", "address of the server")
	connects  = flag.String("connect", "", "addresses that the client connects to, one a connection")
	clientLog = flag.String("client-keys", "", "key log of the client")
	serverLog = flag.String("server-keys", "", "key log of the server")
	version   = flag.String("version", "1.3", "version of TLS")
	suite     = flag.String("suite", "", "cipher suite of TLS 1.2")
	groups    = flag.String("groups", "", "curves of the client, by number")
	serverGrp = flag.String("server-groups", "", "curves of the server, by number")
	protocol  = flag.String("protocol", "http/1.1", "http/1.1 or h2")
	resume    = flag.Bool("resume", false, "resume the session in later connections")
	mutual    = flag.Bool("mutual", false, "the client has a certificate")
	ech       = flag.String("ech", "", "accepted, or rejected: Encrypted Client Hello")
	requests  = flag.Int("requests", 3, "requests a connection")
	size      = flag.Int("size", 5000, "bytes of a body")
	linger    = flag.Duration("linger", 0, "how long the server continues after the client")
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func certificate(kind string) tls.Certificate {
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "suite.example"},
		DNSNames: []string{"suite.example", "public.example"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	if kind == "rsa" {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		must(err)
		der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
		must(err)
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	must(err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func keyLog(path string) io.Writer {
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	must(err)
	return file
}

func curves(text string) (ids []tls.CurveID) {
	for _, part := range strings.Split(text, ",") {
		if number, err := strconv.Atoi(part); err == nil {
			ids = append(ids, tls.CurveID(number))
		}
	}
	return
}

func suites(name string) (kind string, ids []uint16) {
	kind = "ecdsa"
	for _, known := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if known.Name == name {
			ids = []uint16{known.ID}
		}
	}
	if strings.Contains(name, "_RSA_") {
		kind = "rsa"
	}
	return
}

func main() {
	flag.Parse()
	kind, ids := suites(*suite)
	number := uint16(tls.VersionTLS13)
	if *version == "1.2" {
		number = tls.VersionTLS12
	}
	server := &tls.Config{
		Certificates: []tls.Certificate{certificate(kind)}, MinVersion: number, MaxVersion: number, CipherSuites: ids,
		CurvePreferences: curves(*serverGrp), KeyLogWriter: keyLog(*serverLog), NextProtos: []string{*protocol},
	}
	client := &tls.Config{
		InsecureSkipVerify: true, ServerName: "suite.example", MinVersion: number, MaxVersion: number, CipherSuites: ids,
		CurvePreferences: curves(*groups), KeyLogWriter: keyLog(*clientLog), NextProtos: []string{*protocol},
	}
	if *mutual {
		server.ClientAuth = tls.RequireAnyClientCert
		client.Certificates = []tls.Certificate{certificate("ecdsa")}
	}
	if *resume {
		client.ClientSessionCache = tls.NewLRUClientSessionCache(8)
	} else {
		server.SessionTicketsDisabled = true
	}
	if *ech != "" {
		must(setECH(server, client, *ech == "rejected"))
	}

	listener, err := tls.Listen("tcp", *listen, server)
	must(err)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%d bytes, %s", len(body), strings.Repeat("answer ", 300))
	})
	go func() {
		must((&http.Server{Handler: handler, TLSConfig: server, ErrorLog: log.New(io.Discard, "", 0)}).Serve(listener))
	}()

	for index, address := range strings.Split(*connects, ",") {
		run(index, address, client)
	}
	time.Sleep(*linger)
}

func run(index int, address string, config *tls.Config) {
	var state tls.ConnectionState
	transport := &http.Transport{
		ForceAttemptHTTP2: *protocol == "h2", TLSClientConfig: config, MaxConnsPerHost: 1,
		Dial: func(string, string) (net.Conn, error) { return net.Dial("tcp", address) },
	}
	client := &http.Client{Transport: transport}
	for count := 0; count < *requests; count++ {
		body := make([]byte, *size+count)
		for place := range body {
			body[place] = 'a' + byte((index*31+count*7+place)%26)
		}
		path := fmt.Sprintf("/go/%d/%d", index, count)
		answer, err := client.Post("https://suite.example"+path, "text/plain", bytes.NewReader(body))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			break
		}
		_, err = io.Copy(io.Discard, answer.Body)
		must(err)
		must(answer.Body.Close())
		state = *answer.TLS
		digest := sha256.Sum256(body)
		must(json.NewEncoder(os.Stdout).Encode(map[string]any{
			"path": path, "sha256": hex.EncodeToString(digest[:]), "resumed": state.DidResume, "suite": tls.CipherSuiteName(state.CipherSuite),
			"version": state.Version, "protocol": state.NegotiatedProtocol, "ech": acceptedECH(state),
		}))
	}
	transport.CloseIdleConnections()
	time.Sleep(100 * time.Millisecond)
}
