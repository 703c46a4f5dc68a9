// A TLS and an HTTP server that write down which name each connection was served by: the judge of evasion_test.py beside OpenSSL.
//
// usage: name_server ADDRESS DIRECTORY
// It listens on ports 443 and 80 of the address with DIRECTORY/c.pem and k.pem, and ends with its standard input.
package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

var lock sync.Mutex

// tell writes a line: the client's port, and the name that the server read, or why there is none.
func tell(address string, name string) {
	_, port, _ := net.SplitHostPort(address)
	line, _ := json.Marshal(map[string]any{"port": json.Number(port), "names": []string{name}})
	lock.Lock()
	defer lock.Unlock()
	fmt.Println(string(line))
}

func serveTLS(listener net.Listener, certificate tls.Certificate) {
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		tell(hello.Conn.RemoteAddr().String(), hello.ServerName)
		return nil, nil
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			connection.SetDeadline(time.Now().Add(4 * time.Second))
			session := tls.Server(connection, config)
			if err := session.Handshake(); err != nil {
				tell(connection.RemoteAddr().String(), "error: "+err.Error())
			}
			session.Close()
		}()
	}
}

func main() {
	address, directory := os.Args[1], os.Args[2]
	certificate, err := tls.LoadX509KeyPair(directory+"/c.pem", directory+"/k.pem")
	if err != nil {
		panic(err)
	}
	for _, port := range []string{"443", "80"} {
		listener, err := net.Listen("tcp", net.JoinHostPort(address, port))
		if err != nil {
			panic(err)
		}
		if port == "443" {
			go serveTLS(listener, certificate)
		} else {
			go http.Serve(listener, http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
				tell(request.RemoteAddr, request.Host)
				writer.WriteHeader(200)
			}))
		}
	}
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
}
