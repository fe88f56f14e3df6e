// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/child_process.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// One ssh process that runs a script on another machine: lines come back, text and one file go
/// there. Nothing blocks. It is killed with this object; the script then sees the end of its input.
/// For one thread, which must live as long as the session (see start_child).
class remote_session {
public:
  /// `ssh` is the program and its first arguments. Throws std::system_error where it cannot be
  /// started.
  remote_session(const std::vector<std::string>& ssh, const std::string& target,
                 const std::string& script);
  ~remote_session();
  remote_session(remote_session&& other) noexcept;
  remote_session& operator=(remote_session&&) = delete;

  /// What to poll for: output to read (negative once it ended), the process's end, and input that
  /// can take more (negative where nothing waits).
  [[nodiscard]] int output() const { return output_gone_ ? -1 : child_.output.get(); }
  [[nodiscard]] int exited() const { return child_.exited.get(); }
  [[nodiscard]] int input() const;

  void send(std::string_view text);

  /// Sends a file's bytes after what waits. The descriptor must stay open meanwhile.
  void send_file(int descriptor, std::uint64_t bytes);
  [[nodiscard]] std::uint64_t file_bytes_sent() const { return file_sent_; }

  /// Lets the script see the end of its input after the text that waits; what is left of a file
  /// stays here.
  void close_input() {
    file_bytes_ = file_sent_;
    closing_ = true;
  }

  /// Writes what the input takes now.
  void write();

  /// The whole lines that came, without control characters; after the end also what has no end of
  /// line. Lines are cut at 4 KiB, and everything past 1 MiB is dropped.
  std::vector<std::string> read();

  /// How it ended; none while it lives. To be asked after read().
  std::optional<child_exit> ended();
  void kill() const;

private:
  bool write_some(const char* bytes, std::size_t size, std::size_t& written);
  void keep(std::string_view bytes);

  child_process child_;
  bool reaped_ = false;
  unique_descriptor input_;
  std::string waiting_;
  int file_ = -1;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t file_sent_ = 0;
  bool closing_ = false;
  bool input_gone_ = false;
  bool output_gone_ = false;
  std::string received_;
  std::size_t received_total_ = 0;
};

/// ssh and its options: the user's own configuration, but never a question, and no forwarding.
/// `command` is what --ssh says, as one text. Throws usage_error where there is no such program.
std::vector<std::string> ssh_arguments(const std::string& command);

} // namespace lockstep
