// SPDX-License-Identifier: BSD-3-Clause

#include "actors/link/descriptor_scribe.hpp"

#include "actors/wire/caf_compat.hpp"
#include "actors/wire/message_source.hpp"

#include <caf/io/middleman.hpp>
#include <caf/io/network/scribe_impl.hpp>

#include <cstdint>
#include <string>

namespace lockstep {

namespace {

namespace net = caf::io::network;

class descriptor_scribe : public net::scribe_impl {
public:
  descriptor_scribe(net::default_multiplexer& multiplexer, net::native_socket socket)
      : net::scribe_impl(multiplexer, socket), port_(static_cast<std::uint16_t>(socket)) {
    net::nonblocking(socket, true);
  }
  bool consume(caf_compat::execution_context* context, const void* data,
               std::size_t size) override {
    const message_source source{message_source::machine::this_one};
    return net::scribe_impl::consume(context, data, size);
  }
  std::string addr() const override { return "descriptor"; }
  std::uint16_t port() const override { return port_; }

private:
  std::uint16_t port_;
};

} // namespace

caf::io::scribe_ptr make_descriptor_scribe(net::default_multiplexer& multiplexer,
                                           unique_descriptor socket) {
  return caf::make_counted<descriptor_scribe>(multiplexer, socket.release());
}

caf::io::scribe_ptr make_descriptor_scribe(caf::actor_system& system, unique_descriptor socket) {
  return make_descriptor_scribe(
      static_cast<net::default_multiplexer&>(system.middleman().backend()), std::move(socket));
}

} // namespace lockstep
