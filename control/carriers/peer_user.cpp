// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/peer_user.hpp"

#include "platform/process/unique_descriptor.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

/// Why the answer can be trusted:
///
/// - The four numbers name one connection, and as long as our end of it is up the peer's end cannot
///   belong to anybody else. So our end is asked for its state last.
/// - The kernel knows the user of a socket as long as a process holds it. Afterwards it says 0 for
///   the user and 0 for the inode; the inode is what is gone by. An inode that is there after the
///   user was read means that the user was the right one.

namespace lockstep {

namespace {

/// An end of a connection: an IPv4 address is kept as IPv6 has it (::ffff:127.0.0.1).
struct end_point {
  in6_addr host{};
  std::uint16_t port = 0; ///< in network order
  bool operator==(const end_point& other) const {
    return port == other.port && std::memcmp(&host, &other.host, sizeof host) == 0;
  }
};

struct both_ends {
  end_point peer;
  end_point own;
};

/// A socket's owner. Without an inode no process holds it any more.
struct owner {
  uid_t user = 0;
  std::uint64_t inode = 0;
};

bool is_mapped(const in6_addr& host) {
  return IN6_IS_ADDR_V4MAPPED(&host);
}

bool is_loopback_host(const in6_addr& host) {
  return is_mapped(host) ? host.s6_addr[12] == 127 : IN6_IS_ADDR_LOOPBACK(&host);
}

end_point from_sockaddr(const sockaddr_storage& from) {
  end_point end;
  if (from.ss_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &from, sizeof six);
    end.host = six.sin6_addr;
    end.port = six.sin6_port;
    return end;
  }
  sockaddr_in four{};
  std::memcpy(&four, &from, sizeof four);
  end.host.s6_addr[10] = end.host.s6_addr[11] = 0xff;
  std::memcpy(&end.host.s6_addr[12], &four.sin_addr, sizeof four.sin_addr);
  end.port = four.sin_port;
  return end;
}

/// Both ends of a connection that stays on this machine.
std::optional<both_ends> loopback_ends(int socket) {
  sockaddr_storage peer{};
  sockaddr_storage own{};
  socklen_t peer_size = sizeof peer;
  socklen_t own_size = sizeof own;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &own_size) != 0)
    return std::nullopt;
  const both_ends ends{from_sockaddr(peer), from_sockaddr(own)};
  if (!is_loopback_host(ends.peer.host) || !is_loopback_host(ends.own.host))
    return std::nullopt;
  return ends;
}

/// Whether no end of it has been reset, so that the peer's port is still the peer's.
bool is_up(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
         (info.tcpi_state == TCP_ESTABLISHED || info.tcpi_state == TCP_CLOSE_WAIT);
}

struct diag_question {
  nlmsghdr head{};
  inet_diag_req_v2 body{};
};

void set_host(__be32 (&to)[4], const in6_addr& host) {
  if (is_mapped(host))
    std::memcpy(&to[0], &host.s6_addr[12], 4);
  else
    std::memcpy(&to[0], &host, sizeof host);
}

diag_question question_for(const both_ends& ends) {
  diag_question question;
  question.head.nlmsg_len = sizeof question;
  question.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.head.nlmsg_flags = NLM_F_REQUEST;
  auto& body = question.body;
  body.sdiag_family = is_mapped(ends.peer.host) ? AF_INET : AF_INET6;
  body.sdiag_protocol = IPPROTO_TCP;
  body.idiag_states = ~std::uint32_t{0};
  body.id.idiag_cookie[0] = body.id.idiag_cookie[1] = ~std::uint32_t{0}; // any
  body.id.idiag_sport = ends.peer.port;
  body.id.idiag_dport = ends.own.port;
  set_host(body.id.idiag_src, ends.peer.host);
  set_host(body.id.idiag_dst, ends.own.host);
  return question;
}

/// Kept by each thread that asks: when the process has no descriptor left for another one, it can
/// still tell who its clients are.
unique_descriptor& diag_link() {
  thread_local unique_descriptor link;
  if (!link)
    link = unique_descriptor{::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)};
  return link;
}

std::optional<owner> owner_by_diag(const both_ends& ends) {
  auto& link = diag_link();
  const auto question = question_for(ends);
  if (!link || ::send(link.get(), &question, sizeof question, 0) != sizeof question) {
    link.reset();
    return std::nullopt;
  }
  std::array<std::byte, 4'096> answer{};
  // The kernel answers within send(), so there is nothing to wait for.
  const auto size = ::recv(link.get(), answer.data(), answer.size(), MSG_DONTWAIT);
  nlmsghdr head{};
  inet_diag_msg body{};
  if (size < static_cast<ssize_t>(NLMSG_HDRLEN + sizeof body)) {
    if (size <= 0)
      link.reset(); // or a late answer would be taken for that of the next question
    return std::nullopt;
  }
  std::memcpy(&head, answer.data(), sizeof head);
  if (head.nlmsg_type != SOCK_DIAG_BY_FAMILY)
    return std::nullopt;
  std::memcpy(&body, answer.data() + NLMSG_HDRLEN, sizeof body);
  const auto asked = question.body.id;
  if (body.id.idiag_sport != asked.idiag_sport || body.id.idiag_dport != asked.idiag_dport ||
      std::memcmp(body.id.idiag_src, asked.idiag_src, is_mapped(ends.peer.host) ? 4 : 16) != 0)
    return std::nullopt;
  return owner{body.idiag_uid, body.idiag_inode};
}

/// "0100007F:1F92": the host in words of 32 bits as the machine keeps them, the port as a number.
std::string proc_text(const end_point& end, bool short_form) {
  std::string text;
  std::array<char, 9> piece{};
  for (std::size_t word = short_form ? 3 : 0; word < 4; ++word) {
    std::uint32_t value = 0;
    std::memcpy(&value, &end.host.s6_addr[word * 4], sizeof value);
    std::snprintf(piece.data(), piece.size(), "%08X", value);
    text += piece.data();
  }
  std::snprintf(piece.data(), piece.size(), ":%04X", ntohs(end.port));
  return text + piece.data();
}

std::optional<owner> owner_in(const char* table, const both_ends& ends, bool short_form) {
  const auto peer = proc_text(ends.peer, short_form);
  const auto own = proc_text(ends.own, short_form);
  std::ifstream file{table};
  std::string line;
  while (std::getline(file, line)) {
    if (line.find(peer + ' ' + own) == std::string::npos)
      continue;
    std::istringstream words{line};
    const std::vector<std::string> all{std::istream_iterator<std::string>{words}, {}};
    constexpr std::size_t local = 1, remote = 2, user = 7, inode = 9;
    if (all.size() > inode && all[local] == peer && all[remote] == own)
      return owner{static_cast<uid_t>(std::stoul(all[user])), std::stoull(all[inode])};
  }
  return std::nullopt;
}

std::optional<owner> owner_by_proc(const both_ends& ends) {
  if (is_mapped(ends.peer.host))
    if (const auto found = owner_in("/proc/net/tcp", ends, true))
      return found;
  return owner_in("/proc/net/tcp6", ends, false);
}

} // namespace

std::optional<uid_t> user_of_peer(int socket) {
  const auto ends = loopback_ends(socket);
  if (!ends)
    return std::nullopt;
  const auto found = owner_by_diag(*ends);
  if (!found)
    return user_of_peer_by_proc(socket);
  if (found->inode == 0 || !is_up(socket))
    return std::nullopt;
  return found->user;
}

std::optional<uid_t> user_of_peer_by_proc(int socket) {
  const auto ends = loopback_ends(socket);
  if (!ends)
    return std::nullopt;
  const auto found = owner_by_proc(*ends);
  // Read twice: of one line it is not certain that the user was read before the inode.
  const auto again = found ? owner_by_proc(*ends) : std::nullopt;
  if (!again || again->inode == 0 || again->inode != found->inode || !is_up(socket))
    return std::nullopt;
  return found->user;
}

bool is_peer_gone(int socket) {
  const auto ends = loopback_ends(socket);
  const auto found = ends ? owner_by_diag(*ends) : std::nullopt;
  return found && found->inode == 0;
}

std::string user_text(uid_t user) {
  std::array<char, 16'384> text{};
  passwd entry{};
  passwd* found = nullptr;
  auto number = "uid " + std::to_string(user);
  if (::getpwuid_r(user, &entry, text.data(), text.size(), &found) != 0 || found == nullptr)
    return number;
  return std::string{entry.pw_name} + " (" + number + ")";
}

} // namespace lockstep
