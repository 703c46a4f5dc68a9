#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

// What Swift cannot call as it is: ioctl(2) has a variable number of arguments, and an ifreq is a union.

// The number of the interface `name`; below zero where there is none.
static inline int capture_interface_index(int socket, const char *name) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    return ioctl(socket, SIOCGIFINDEX, &request) == 0 ? request.ifr_ifindex : -1;
}

// The flags of the interface `name` (IFF_UP and others); below zero where there is none.
static inline int capture_interface_flags(int socket, const char *name) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    return ioctl(socket, SIOCGIFFLAGS, &request) == 0 ? (unsigned short)request.ifr_flags : -1;
}

// The kind of hardware behind the interface `name` (ARPHRD_ETHER and others); below zero where there is none.
static inline int capture_interface_type(int socket, const char *name) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    return ioctl(socket, SIOCGIFHWADDR, &request) == 0 ? request.ifr_hwaddr.sa_family : -1;
}

// Binds a packet socket, whose interface has gone, to the interface `index`; an error below zero. Needs no capability.
static inline int capture_bind(int socket, int index, int promiscuous) {
    struct sockaddr_ll address;
    memset(&address, 0, sizeof address);
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = index;
    if (bind(socket, (struct sockaddr *)&address, sizeof address) != 0) return -errno;
    if (promiscuous) {
        struct packet_mreq membership;
        memset(&membership, 0, sizeof membership);
        membership.mr_ifindex = index;
        membership.mr_type = PACKET_MR_PROMISC;
        if (setsockopt(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership, sizeof membership) != 0) return -errno;
    }
    return 0;
}

// Joins a bound packet socket to the fanout group `number`, or to one of its own where `is_new`; gives the group's number, or
// an error below zero.
static inline int capture_fanout(int socket, int number, int is_new) {
    int mode = PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_ROLLOVER;
    int value = is_new ? (mode | PACKET_FANOUT_FLAG_UNIQUEID) << 16 : (number & 0xffff) | mode << 16;
    if (setsockopt(socket, SOL_PACKET, PACKET_FANOUT, &value, sizeof value) != 0) return -errno;
    socklen_t length = sizeof value;
    if (getsockopt(socket, SOL_PACKET, PACKET_FANOUT, &value, &length) != 0) return -errno;
    return value & 0xffff;
}

// What ethtool(8) says by the command `command` of the interface `name`: a value, or below zero where it says nothing.
static inline long capture_ethtool(const char *name, unsigned command) {
    struct {
        unsigned command, value;
    } question = {command, 0};
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    request.ifr_data = (char *)&question;
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    int status = ioctl(descriptor, 0x8946 /* SIOCETHTOOL */, &request);
    close(descriptor);
    return status == 0 ? (long)question.value : -1;
}
