// SPDX-License-Identifier: BSD-3-Clause

#include "actors/link/descriptor_scribe.hpp"

#include "actors/wire/caf_compat.hpp"
#include "actors/wire/message_source.hpp"

#include <caf/io/middleman.hpp>
#include <caf/io/network/stream.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

namespace lockstep {

namespace {

namespace net = caf::io::network;

/// Reads as much as there is and hands it out in the pieces that the broker asks for: a header and
/// a body, most often, which would be two calls of the kernel, and a third that finds nothing.
class read_ahead {
public:
  /// What came since wakes the loop, so the socket may have something.
  void woken() { is_empty_ = false; }

  net::rw_state read_some(std::size_t& result, net::native_socket socket, void* to,
                          std::size_t size) {
    result = 0;
    // Nobody may ask for nothing: the loop would be woken for what is there, for ever.
    if (size == 0)
      return net::rw_state::failure;
    if (begin_ == end_) {
      if (is_empty_)
        return net::rw_state::indeterminate;
      if (size >= room)
        return receive(result, socket, to, size);
      begin_ = end_ = 0;
      if (const auto how = receive(end_, socket, bytes_.get(), room); end_ == 0)
        return how;
    }
    result = std::min(size, end_ - begin_);
    std::memcpy(to, bytes_.get() + begin_, result);
    begin_ += result;
    return net::rw_state::success;
  }

  net::rw_state write_some(std::size_t& result, net::native_socket socket, const void* from,
                           std::size_t size) {
    result = 0;
    if (size == 0)
      return net::rw_state::indeterminate;
    const auto sent = ::send(socket, from, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0)
      return would_block() ? net::rw_state::success : net::rw_state::failure;
    result = static_cast<std::size_t>(sent);
    return net::rw_state::success;
  }

  /// What lies here wakes no epoll.
  [[nodiscard]] bool must_read_more(net::native_socket, std::size_t) const {
    return begin_ != end_;
  }

private:
  static constexpr std::size_t room = std::size_t{64} << 10U;

  static bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

  net::rw_state receive(std::size_t& result, net::native_socket socket, void* to,
                        std::size_t size) {
    const auto got = ::recv(socket, to, size, MSG_DONTWAIT);
    if (got < 0 && would_block())
      return net::rw_state::indeterminate;
    if (got <= 0)
      return net::rw_state::failure;
    result = static_cast<std::size_t>(got);
    is_empty_ = result < size;
    return net::rw_state::success;
  }

  // Not set to zero: what is never read into takes no memory.
  std::unique_ptr<std::byte[]> bytes_ = std::make_unique_for_overwrite<std::byte[]>(room);
  std::size_t begin_ = 0; ///< of bytes_, what was not handed out yet
  std::size_t end_ = 0;
  bool is_empty_ = false; ///< the socket was read to its end in this turn of the loop
};

class descriptor_stream final : public net::stream {
public:
  using net::stream::stream;

  void handle_event(net::operation operation) override {
    policy_.woken();
    handle_event_impl(operation, policy_);
  }

  /// Writes at once what the socket takes; the loop would first have to be asked when it may.
  void flush_now(const manager_ptr& owner) {
    auto& bytes = wr_buf();
    if (!state_.writing && !state_.ack_writes && !bytes.empty()) {
      std::size_t sent = 0;
      (void)policy_.write_some(sent, fd(), bytes.data(), bytes.size()); // the loop finds it again
      bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(sent));
    }
    flush(owner);
  }

private:
  read_ahead policy_;
};

class descriptor_scribe final : public caf::io::scribe {
public:
  descriptor_scribe(net::default_multiplexer& multiplexer, net::native_socket socket)
      : scribe(net::conn_hdl_from_socket(socket)), stream_(multiplexer, socket) {
    net::nonblocking(socket, true);
  }

  void configure_read(caf::io::receive_policy::config config) override {
    stream_.configure_read(config);
    if (launched_)
      return;
    launched_ = true;
    stream_.start(this);
  }

  bool consume(caf_compat::execution_context* context, const void* data,
               std::size_t size) override {
    const message_source source{message_source::machine::this_one};
    return scribe::consume(context, data, size);
  }

  void graceful_shutdown() override {
    stream_.graceful_shutdown();
    detach(&stream_.backend(), false);
  }

  void ack_writes(bool enable) override { stream_.ack_writes(enable); }
  caf::byte_buffer& wr_buf() override { return stream_.wr_buf(); }
  caf::byte_buffer& rd_buf() override { return stream_.rd_buf(); }
  void flush() override { stream_.flush_now(this); }
  std::string addr() const override { return "descriptor"; }
  std::uint16_t port() const override { return static_cast<std::uint16_t>(stream_.fd()); }
  void add_to_loop() override { stream_.activate(this); }
  void remove_from_loop() override { stream_.passivate(); }

private:
  bool launched_ = false;
  descriptor_stream stream_;
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
