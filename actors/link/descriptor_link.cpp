#include "actors/link/descriptor_link.hpp"

#include <caf/io/all.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman_actor_impl.hpp>
#include <caf/io/network/acceptor_impl.hpp>
#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/network/scribe_impl.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace lockstep {

namespace {

namespace net = caf::io::network;

/// One message with one descriptor in it.
struct descriptor_message {
  descriptor_message() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
  }
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};
};

bool send_descriptor(int socket, int descriptor) {
  descriptor_message message;
  auto* control = CMSG_FIRSTHDR(&message.header);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  control->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(control), &descriptor, sizeof descriptor);
  return ::sendmsg(socket, &message.header, MSG_NOSIGNAL) == 1;
}

/// The received descriptor, or -1 when there is none.
int receive_descriptor(int socket) {
  descriptor_message message;
  if (::recvmsg(socket, &message.header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) <= 0)
    return -1;
  const auto* control = CMSG_FIRSTHDR(&message.header);
  if (control == nullptr || control->cmsg_type != SCM_RIGHTS)
    return -1;
  int descriptor = -1;
  std::memcpy(&descriptor, CMSG_DATA(control), sizeof descriptor);
  return descriptor;
}

/// "Accepts" by receiving a descriptor that this process sent to itself.
struct descriptor_policy {
  static bool try_accept(net::native_socket& result, net::native_socket door) {
    result = receive_descriptor(door);
    return result != net::invalid_native_socket;
  }
};

/// CAF's own scribe, but for an address: the default asks for an IP address and aborts without one.
class descriptor_scribe : public net::scribe_impl {
public:
  descriptor_scribe(net::default_multiplexer& multiplexer, net::native_socket socket)
      : net::scribe_impl(multiplexer, socket), port_(static_cast<std::uint16_t>(socket)) {
    net::nonblocking(socket, true);
  }
  std::string addr() const override { return "descriptor"; }
  std::uint16_t port() const override { return port_; }

private:
  std::uint16_t port_;
};

class descriptor_doorman : public caf::io::doorman {
public:
  descriptor_doorman(net::default_multiplexer& multiplexer, net::native_socket socket)
      : doorman(net::accept_hdl_from_socket(socket)), acceptor_(multiplexer, socket),
        port_(static_cast<std::uint16_t>(socket)) {}

  bool new_connection() override {
    if (detached())
      return false;
    auto& multiplexer = acceptor_.backend();
    auto scribe = caf::make_counted<descriptor_scribe>(multiplexer, acceptor_.accepted_socket());
    const auto handle = scribe->hdl();
    parent()->add_scribe(std::move(scribe));
    return doorman::new_connection(&multiplexer, handle);
  }
  void graceful_shutdown() override {
    acceptor_.graceful_shutdown();
    detach(&acceptor_.backend(), false);
  }
  void launch() override { acceptor_.start(this); }
  std::string addr() const override { return "descriptor"; }
  std::uint16_t port() const override { return port_; }
  void add_to_loop() override { acceptor_.activate(this); }
  void remove_from_loop() override { acceptor_.passivate(); }

private:
  net::acceptor_impl<descriptor_policy> acceptor_;
  std::uint16_t port_;
};

/// Takes the usual publish and connect messages; their port is the descriptor's number.
class descriptor_manager : public caf::io::middleman_actor_impl {
public:
  using middleman_actor_impl::middleman_actor_impl;

protected:
  caf::expected<caf::io::scribe_ptr> connect(const std::string&, std::uint16_t port) override {
    return caf::io::scribe_ptr{caf::make_counted<descriptor_scribe>(multiplexer(), port)};
  }
  caf::expected<caf::io::doorman_ptr> open(std::uint16_t port, const char*, bool) override {
    return caf::io::doorman_ptr{caf::make_counted<descriptor_doorman>(multiplexer(), port)};
  }

private:
  net::default_multiplexer& multiplexer() {
    return static_cast<net::default_multiplexer&>(system().middleman().backend());
  }
};

caf::io::middleman_actor spawn_manager(caf::actor_system& system) {
  auto broker = system.middleman().named_broker<caf::io::basp_broker>("BASP");
  return system.spawn<descriptor_manager, caf::detached + caf::hidden>(std::move(broker));
}

constexpr std::chrono::seconds open_limit{10};

} // namespace

link_door::link_door(caf::actor_system& system, const caf::strong_actor_ptr& published)
    : manager_(spawn_manager(system)) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot make a socket pair");
  write_end_ = ends[1];
  port_ = static_cast<std::uint16_t>(ends[0]);
  caf::scoped_actor self{system};
  caf_compat::request(self.ptr(), manager_, open_limit, caf::publish_atom_v, port_, published,
                      std::set<std::string>{}, std::string{}, false)
      .receive([](std::uint16_t) {},
               [](const caf::error& why) {
                 throw std::runtime_error("cannot open the link door: " + caf::to_string(why));
               });
}

link_door::~link_door() {
  ::close(write_end_);
  caf::anon_send_exit(manager_, caf::exit_reason::user_shutdown);
}

bool link_door::admit(int descriptor) {
  const bool sent = send_descriptor(write_end_, descriptor);
  ::close(descriptor);
  return sent;
}

caf::expected<caf::strong_actor_ptr> connect_to_parent(caf::actor_system& system, int descriptor,
                                                       std::chrono::milliseconds limit) {
  auto manager = spawn_manager(system);
  caf::scoped_actor self{system};
  caf::expected<caf::strong_actor_ptr> parent{caf::error{}};
  caf_compat::request(self.ptr(), manager, limit, caf::connect_atom_v, std::string{"parent"},
                      static_cast<std::uint16_t>(descriptor))
      .receive(
          [&](const caf::node_id&, caf::strong_actor_ptr& found, const std::set<std::string>&) {
            if (!found)
              parent = caf::make_error(caf::sec::no_actor_published_at_port);
            else
              parent = std::move(found);
          },
          [&](caf::error& why) { parent = std::move(why); });
  return parent;
}

} // namespace lockstep
