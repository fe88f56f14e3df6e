// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/byte_stream.hpp"
#include "control/carriers/carrier.hpp"
#include "control/carriers/write_queue.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

namespace lockstep {

class tls_stream;

/// The stream of one connection, the lines that are still to go out, and how near the end is.
///
///   open ──close(), finish_with(), a slow reader──► flushing ──all is out, an error──► shut
///     └──────────────────────── an error, shut_at_once() ──────────────────────────────┘
///   each of them ──become_gone()──► gone
///
/// Lines go out at once while nothing is in their way:
///
///   free ──the socket takes no more──► until_writable ──on_writable()──► free
///     └─────TLS has to read first────► until_readable ──read(), while open──► free
///
/// send() writes to the socket on the caller's thread, so that an answer does not wait for the Asio
/// thread to wake up; only what the socket does not take is left to the Asio thread. The mutex
/// guards all that changes here, and each use of the descriptor here. Only the Asio thread reads
/// and calls become_gone(); after that no other thread touches the descriptor, so it may be closed.
class guarded_stream {
public:
  enum class state : unsigned char { open, flushing, shut, gone };

  /// What the Asio thread has to do next for this stream.
  enum class need : unsigned char {
    await_readable,
    await_writable, ///< then on_writable()
    linger,         ///< the closing has begun: bound the time that the peer may take for it
    finish,         ///< it is shut: end it once the peer has nothing on its way any more
    abort           ///< it is broken
  };

  /// `ask` is called on any thread with the mutex held, so it must leave the need for later.
  /// `waiting_bytes`: the most that a slow reader lets pile up. Does not own the descriptor.
  guarded_stream(int descriptor, std::size_t waiting_bytes, std::function<void(need)> ask);

  // Any thread.
  void send(shared_line line);
  void finish_with(shared_line last);
  void close();
  [[nodiscard]] state current() const;

  // On the Asio thread.

  /// Of a stream that is not open nothing is read.
  std::optional<byte_stream::reading> read(std::span<char> into);
  [[nodiscard]] bool has_hidden_bytes() const;

  void become_tls(std::unique_ptr<tls_stream> stream);
  struct handshake_progress {
    byte_stream::outcome how = byte_stream::outcome::broken;
    std::string why; ///< it failed
  };
  /// After become_tls(). `wants_read` where it is not open: what comes is drained.
  handshake_progress handshake();

  void on_writable();

  /// Closes without a flush, where TLS has said the last words.
  void shut_at_once();

  /// Bytes written since the beginning; tells whether a peer reads at all.
  [[nodiscard]] std::size_t written_bytes() const;

  /// False if it was gone already.
  bool become_gone();

private:
  enum class writing : unsigned char { free, until_writable, until_readable };

  // With the mutex held.
  void flush();
  void begin_closing();
  void shut();

  const int descriptor_;
  const std::size_t waiting_bytes_;
  const std::function<void(need)> ask_;

  mutable std::mutex mutex_;
  state state_ = state::open;
  writing writing_ = writing::free;
  std::unique_ptr<byte_stream> stream_;
  tls_stream* tls_ = nullptr; ///< stream_, if it is one
  write_queue write_queue_;
};

} // namespace lockstep
