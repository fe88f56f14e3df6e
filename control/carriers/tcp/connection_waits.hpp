// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace lockstep {

/// The socket of one connection, its deadline, and what the connection, the owner, does when they
/// are ready. Such a step is a member function of the owner, or anything else that takes the owner.
///
/// Each step that is still to come keeps the owner alive. For the Asio thread, except post() and
/// dispatch().
template <class Owner>
class connection_waits {
public:
  using executor = boost::asio::io_context::executor_type;
  using socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;

  /// `owner` is held by shared pointers (std::enable_shared_from_this) and has this as a member.
  connection_waits(socket opened, Owner& owner)
      : owner_(owner), socket_(std::move(opened)), deadline_(socket_.get_executor()) {}

  int descriptor() { return socket_.native_handle(); }

  // Once closed, none of these waits for anything.
  template <class Step>
  void await_readable(Step then) {
    await(socket::wait_read, then);
  }
  template <class Step>
  void await_writable(Step then) {
    await(socket::wait_write, then);
  }
  template <class Step>
  void await_error(Step then) {
    await(socket::wait_error, then);
  }

  /// Takes the place of the deadline before, if there is one.
  template <class Step>
  void await_deadline(std::chrono::milliseconds limit, Step then) {
    deadline_.expires_after(limit);
    deadline_.async_wait(unless_failed(then));
  }

  void cancel_deadline() { deadline_.cancel(); }

  /// Closes the descriptor, and ends all waits.
  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    deadline_.cancel();
  }

  /// Any thread. Never calls the step before it returns.
  template <class Step>
  void post(Step step) {
    boost::asio::post(socket_.get_executor(),
                      [self = owner_.shared_from_this(), step] { std::invoke(step, *self); });
  }

  /// Any thread. On the Asio thread it calls the step at once.
  template <class Step>
  void dispatch(Step step) {
    boost::asio::dispatch(socket_.get_executor(),
                          [self = owner_.shared_from_this(), step] { std::invoke(step, *self); });
  }

private:
  using timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

  template <class Step>
  void await(typename socket::wait_type what, Step then) {
    if (socket_.is_open())
      socket_.async_wait(what, unless_failed(then));
  }

  template <class Step>
  auto unless_failed(Step then) {
    return [self = owner_.shared_from_this(), then](boost::system::error_code error) {
      if (!error)
        std::invoke(then, *self);
    };
  }

  Owner& owner_;
  socket socket_;
  timer deadline_;
};

} // namespace lockstep
