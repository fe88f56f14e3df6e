// SPDX-License-Identifier: BSD-3-Clause

#include "actors/link/descriptor_link.hpp"

#include "actors/link/descriptor_scribe.hpp"
#include "actors/link/link_queue.hpp"
#include "actors/link/tls_scribe.hpp"

#include <caf/io/all.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman_actor_impl.hpp>
#include <caf/io/network/acceptor_impl.hpp>
#include <caf/io/network/default_multiplexer.hpp>

#include <memory>
#include <stdexcept>
#include <utility>
#include <variant>

namespace lockstep {

namespace {

namespace net = caf::io::network;

/// The queue is asked in new_connection(), so there is nothing to accept here.
struct wake_up_policy {
  static bool try_accept(net::native_socket& result, net::native_socket wake_up) {
    result = wake_up;
    return true;
  }
};

caf::io::scribe_ptr make_scribe(net::default_multiplexer& multiplexer, link_queue& queue,
                                link_end end) {
  if (auto* descriptor = std::get_if<unique_descriptor>(&end))
    return make_descriptor_scribe(multiplexer, std::move(*descriptor));
  auto& link = std::get<tls_link>(end);
  auto off = std::make_shared<link_switch>(link.session->descriptor());
  queue.remember(link.name, off);
  return make_tls_scribe(multiplexer, std::move(link), std::move(off));
}

/// Turns what comes into a queue into connections of CAF's.
class link_doorman : public caf::io::doorman {
public:
  link_doorman(net::default_multiplexer& multiplexer, std::shared_ptr<link_queue> queue,
               int wake_up)
      : doorman(net::accept_hdl_from_socket(wake_up)), queue_(std::move(queue)),
        acceptor_(multiplexer, wake_up), port_(static_cast<std::uint16_t>(wake_up)) {}

  bool new_connection() override {
    if (detached())
      return false;
    auto end = queue_->pop();
    if (!end)
      return false;
    auto& multiplexer = acceptor_.backend();
    auto scribe = make_scribe(multiplexer, *queue_, std::move(*end));
    const auto handle = scribe->hdl();
    parent()->add_scribe(std::move(scribe));
    return doorman::new_connection(&multiplexer, handle);
  }
  void graceful_shutdown() override {
    const caf::intrusive_ptr<link_doorman> until_the_end{this};
    acceptor_.graceful_shutdown();
    detach(&acceptor_.backend(), false);
    // Opened and closed in one turn of CAF's loop, the two cancel one another there, and nobody
    // tells the acceptor to let go of its doorman.
    if (acceptor_.eventbf() == 0)
      acceptor_.removed_from_loop(net::operation::read);
  }
  void launch() override { acceptor_.start(this); }
  std::string addr() const override { return "link"; }
  std::uint16_t port() const override { return port_; }
  void add_to_loop() override { acceptor_.activate(this); }
  void remove_from_loop() override { acceptor_.passivate(); }

private:
  std::shared_ptr<link_queue> queue_;
  net::acceptor_impl<wake_up_policy> acceptor_;
  std::uint16_t port_;
};

/// Takes CAF's own messages: publish, connect and close. Instead of host and port there is a queue:
/// the acceptor opens on it, and a connection is what waits in it.
class link_manager : public caf::io::middleman_actor_impl {
public:
  link_manager(caf::actor_config& config, caf::actor broker, std::shared_ptr<link_queue> queue)
      : middleman_actor_impl(config, std::move(broker)), queue_(std::move(queue)) {}

protected:
  caf::expected<caf::io::scribe_ptr> connect(const std::string&, std::uint16_t) override {
    auto end = queue_->pop();
    if (!end)
      return caf::make_error(caf::sec::cannot_connect_to_node);
    return make_scribe(multiplexer(), *queue_, std::move(*end));
  }
  caf::expected<caf::io::doorman_ptr> open(std::uint16_t, const char*, bool) override {
    // A descriptor's number is the port's, which is known to be free as long as it is open.
    const int wake_up = queue_->wake_up().release();
    return caf::io::doorman_ptr{caf::make_counted<link_doorman>(multiplexer(), queue_, wake_up)};
  }

private:
  net::default_multiplexer& multiplexer() {
    return static_cast<net::default_multiplexer&>(system().middleman().backend());
  }

  std::shared_ptr<link_queue> queue_;
};

caf::io::middleman_actor spawn_manager(caf::actor_system& system,
                                       std::shared_ptr<link_queue> queue) {
  auto broker = system.middleman().named_broker<caf::io::basp_broker>("BASP");
  return system.spawn<link_manager, caf::detached + caf::hidden>(std::move(broker),
                                                                 std::move(queue));
}

constexpr std::chrono::seconds open_limit{10};

caf::expected<caf::strong_actor_ptr> connect_through(caf::actor_system& system, link_end end,
                                                     std::chrono::milliseconds limit) {
  auto queue = std::make_shared<link_queue>();
  queue->push(std::move(end));
  auto manager = spawn_manager(system, queue);
  caf::scoped_actor self{system};
  caf::expected<caf::strong_actor_ptr> parent{caf::error{}};
  caf_compat::request(self.ptr(), manager, limit, caf::connect_atom_v, std::string{"parent"},
                      std::uint16_t{1})
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

} // namespace

link_acceptor::link_acceptor(caf::actor_system& system, const caf::strong_actor_ptr& published)
    : queue_(std::make_shared<link_queue>()), manager_(spawn_manager(system, queue_)) {
  caf::scoped_actor self{system};
  caf_compat::request(self.ptr(), manager_, open_limit, caf::publish_atom_v, std::uint16_t{0},
                      published, std::set<std::string>{}, std::string{}, false)
      .receive([this](std::uint16_t port) { port_ = port; },
               [](const caf::error& why) {
                 throw std::runtime_error("cannot open the link door: " + caf::to_string(why));
               });
}

link_acceptor::~link_acceptor() {
  queue_->close();
  caf_compat::anon_send(manager_, caf::close_atom_v, port_);
}

bool link_acceptor::admit(int descriptor) {
  return queue_->push(unique_descriptor{descriptor});
}

bool link_acceptor::admit(tls_link link) {
  return queue_->push(std::move(link));
}

std::size_t link_acceptor::cut(const std::string& name) {
  return queue_->cut(name);
}

caf::expected<caf::strong_actor_ptr> connect_to_parent(caf::actor_system& system, int descriptor,
                                                       std::chrono::milliseconds limit) {
  return connect_through(system, unique_descriptor{descriptor}, limit);
}

caf::expected<caf::strong_actor_ptr> connect_to_parent(caf::actor_system& system, tls_link link,
                                                       std::chrono::milliseconds limit) {
  return connect_through(system, std::move(link), limit);
}

} // namespace lockstep
