// SPDX-License-Identifier: BSD-3-Clause

#include "actors/handshake/hello_exchange.hpp"

#include "platform/network/host_name.hpp"

#include <lockstep/erased_model.hpp>

#include <caf/config.hpp>

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace lockstep {

hello own_hello(certificate_role role, std::string name, std::string lockstep_version) {
  hello own;
  own.abi = abi_number;
  own.byte_order = std::endian::native == std::endian::little ? "little" : "big";
  own.caf = std::to_string(CAF_MAJOR_VERSION) + "." + std::to_string(CAF_MINOR_VERSION) + "." +
            std::to_string(CAF_PATCH_VERSION);
  own.lockstep = std::move(lockstep_version);
  own.role = to_string(role);
  own.name = std::move(name);
  own.host = host_name();
  own.pid = ::getpid();
  return own;
}

tls_session::outcome hello_reader::read_length(tls_session& session) {
  while (got_ < length_.size()) {
    const auto [how, bytes] =
        session.read(std::as_writable_bytes(std::span{length_}).subspan(got_));
    if (how != tls_session::outcome::done)
      return how;
    got_ += bytes;
  }
  std::size_t size = 0;
  for (const auto byte : length_)
    size = (size << 8U) | byte;
  if (size > bytes_max_) {
    why_ = "the hello claims " + std::to_string(size) + " bytes; at most " +
           std::to_string(bytes_max_) + " are read";
    return tls_session::outcome::failed;
  }
  text_.resize(size);
  got_ = 0;
  length_known_ = true;
  return tls_session::outcome::done;
}

tls_session::outcome hello_reader::advance(tls_session& session) {
  if (!length_known_)
    if (const auto how = read_length(session); how != tls_session::outcome::done)
      return how;
  while (got_ < text_.size()) {
    const auto [how, bytes] = session.read(std::as_writable_bytes(std::span{text_}).subspan(got_));
    if (how != tls_session::outcome::done)
      return how;
    got_ += bytes;
  }
  return tls_session::outcome::done;
}

hello_writer::hello_writer(std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    bytes_ += static_cast<char>(static_cast<unsigned char>(size >> shift));
  bytes_ += text;
}

tls_session::outcome hello_writer::advance(tls_session& session) {
  while (sent_ < bytes_.size()) {
    const auto [how, bytes] = session.write(std::as_bytes(std::span{bytes_}).subspan(sent_));
    if (how != tls_session::outcome::done)
      return how;
    sent_ += bytes;
  }
  return tls_session::outcome::done;
}

} // namespace lockstep
