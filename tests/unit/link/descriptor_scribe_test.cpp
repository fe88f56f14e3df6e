// SPDX-License-Identifier: BSD-3-Clause

#include "actors/link/descriptor_scribe.hpp"

#include "tests/unit/link/linked_systems.hpp"

#include <caf/io/broker.hpp>
#include <caf/io/middleman.hpp>

#include <sys/socket.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <thread>

namespace lockstep {

namespace {

/// Frames of a size and as many bytes, which a broker reads as such and sends back.
struct echo {
  caf::behavior begin(caf::io::broker* of, unique_descriptor socket,
                      const std::shared_ptr<echo>& owner) {
    self = of;
    auto scribe = make_descriptor_scribe(of->system(), std::move(socket));
    stream = scribe->hdl();
    of->add_scribe(std::move(scribe));
    await(sizeof(std::uint32_t));
    return {[owner](const caf::io::new_data_msg& came) { owner->take(came); },
            [of](const caf::io::connection_closed_msg&) { of->quit(); }};
  }

  void await(std::size_t size) {
    self->configure_read(stream, caf::io::receive_policy::exactly(size));
  }

  void take(const caf::io::new_data_msg& came) {
    std::uint32_t size = 0;
    if (in_body)
      size = sizeof size;
    else
      std::memcpy(&size, came.buf.data(), sizeof size);
    await(size);
    in_body = !in_body;
    auto& out = self->wr_buf(stream);
    out.insert(out.end(), came.buf.begin(), came.buf.end());
    self->flush(stream);
  }

  caf::io::broker* self = nullptr;
  caf::io::connection_handle stream;
  bool in_body = false;
};

std::string random_frames(std::uint64_t seed, std::size_t bytes) {
  std::mt19937_64 random{seed};
  std::string all;
  while (all.size() < bytes) {
    // Most of a message's size, some of more than what is read at once.
    const auto most = random() % 20 == 0 ? 300'000U : 200U;
    const auto size = static_cast<std::uint32_t>(1 + random() % most);
    all.append(reinterpret_cast<const char*>(&size), sizeof size);
    for (std::uint32_t i = 0; i < size; ++i)
      all += static_cast<char>(random());
  }
  return all;
}

void write_in_pieces(int socket, const std::string& all, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  for (std::size_t at = 0; at < all.size();) {
    const auto size = std::min<std::size_t>(1 + random() % 100'000, all.size() - at);
    const auto sent = ::send(socket, all.data() + at, size, MSG_NOSIGNAL);
    if (sent < 0)
      return;
    at += static_cast<std::size_t>(sent);
  }
}

std::string read_to_the_end(int socket, std::size_t bytes) {
  std::string got(bytes, '\0');
  std::size_t at = 0;
  while (at < bytes) {
    const auto size = ::recv(socket, got.data() + at, bytes - at, 0);
    if (size <= 0)
      break;
    at += static_cast<std::size_t>(size);
  }
  got.resize(at);
  return got;
}

} // namespace

class descriptor_scribe : public testing::TestWithParam<std::uint64_t> {
protected:
  descriptor_scribe() {
    auto ends = make_stream_socket_pair();
    here = std::move(ends.first);
    const timeval patience{20, 0};
    ::setsockopt(here.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    auto there = std::make_shared<unique_descriptor>(std::move(ends.second));
    auto state = std::make_shared<echo>();
    system->middleman().spawn_broker<caf::hidden>([state, there](caf::io::broker* self) {
      return state->begin(self, std::move(*there), state);
    });
  }

  test::lone_system system;
  unique_descriptor here; ///< closed first, which ends the broker
};

TEST_P(descriptor_scribe, what_comes_in_any_pieces_is_read_as_asked_and_goes_out_in_order) {
  const auto all = random_frames(GetParam(), 4'000'000);
  std::thread writer{[&] { write_in_pieces(here.get(), all, GetParam()); }};
  const auto got = read_to_the_end(here.get(), all.size());
  writer.join();
  EXPECT_TRUE(got == all) << got.size() << " bytes of " << all.size();
}

TEST_P(descriptor_scribe, what_the_other_side_does_not_read_yet_waits_and_goes_out_in_order) {
  // More than the kernel holds: the rest waits in the scribe.
  const auto all = random_frames(GetParam(), 2'000'000);
  std::thread writer{[&] { write_in_pieces(here.get(), all, GetParam()); }};
  writer.join(); // whatever is sent is read, though nobody takes the answers
  EXPECT_TRUE(read_to_the_end(here.get(), all.size()) == all);
}

INSTANTIATE_TEST_SUITE_P(seeds, descriptor_scribe, testing::Range<std::uint64_t>(0, 4));

} // namespace lockstep
