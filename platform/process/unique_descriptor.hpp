// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <unistd.h>

#include <utility>

namespace lockstep {

/// Owns a file descriptor and closes it.
class unique_descriptor {
public:
  unique_descriptor() = default;
  explicit unique_descriptor(int descriptor) : descriptor_(descriptor) {}
  unique_descriptor(unique_descriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  unique_descriptor& operator=(unique_descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
  }
  ~unique_descriptor() { reset(); }

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] explicit operator bool() const { return descriptor_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }
  void reset() {
    if (descriptor_ >= 0)
      ::close(std::exchange(descriptor_, -1));
  }

private:
  int descriptor_ = -1;
};

/// Two ends of a pipe or a socket.
struct descriptor_pair {
  unique_descriptor first;  ///< a pipe's read end
  unique_descriptor second; ///< a pipe's write end
};

/// All are closed on exec. Throw std::system_error.
descriptor_pair make_pipe();
descriptor_pair make_stream_socket_pair();
descriptor_pair make_packet_socket_pair(); ///< keeps the bounds of what is sent

} // namespace lockstep
