// SPDX-License-Identifier: BSD-3-Clause

#include "platform/tls/socket_bio.hpp"

#include <openssl/bio.h>

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <new>

namespace lockstep {

namespace {

int socket_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool may_be_repeated(int number) {
  return number == EAGAIN || number == EWOULDBLOCK || number == EINTR;
}

int write_some(BIO* bio, const char* data, std::size_t size, std::size_t* written) {
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(socket_of(bio), data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && may_be_repeated(errno))
    BIO_set_retry_write(bio);
  *written = sent > 0 ? static_cast<std::size_t>(sent) : 0;
  return sent > 0 ? 1 : 0;
}

int read_some(BIO* bio, char* data, std::size_t size, std::size_t* got) {
  BIO_clear_retry_flags(bio);
  const auto received = ::recv(socket_of(bio), data, size, MSG_DONTWAIT);
  if (received < 0 && may_be_repeated(errno))
    BIO_set_retry_read(bio);
  *got = received > 0 ? static_cast<std::size_t>(received) : 0;
  return received > 0 ? 1 : 0;
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* make_method() {
  const int index = BIO_get_new_index();
  auto* method =
      index < 0 ? nullptr : BIO_meth_new(index | BIO_TYPE_SOURCE_SINK, "lockstep socket");
  if (method == nullptr || BIO_meth_set_write_ex(method, write_some) != 1 ||
      BIO_meth_set_read_ex(method, read_some) != 1 || BIO_meth_set_ctrl(method, control) != 1)
    throw std::bad_alloc{};
  return method;
}

} // namespace

bio_st* make_socket_bio(int socket) {
  static BIO_METHOD* const method = make_method(); // for as long as the process lives
  auto* bio = BIO_new(method);
  if (bio == nullptr)
    throw std::bad_alloc{};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): a number, never followed as a pointer
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  return bio;
}

} // namespace lockstep
