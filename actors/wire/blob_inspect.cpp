#include "actors/wire/blob_inspect.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace lockstep {

namespace blob_wire {

namespace {

bool load_bytes(caf::binary_deserializer& f, std::uint64_t size, blob& x) {
  if (size > f.remaining()) {
    f.emplace_error(caf::sec::end_of_stream);
    return false;
  }
  std::vector<std::byte> bytes(size);
  if (!f.value(caf::make_span(reinterpret_cast<caf_compat::byte*>(bytes.data()), bytes.size())))
    return false;
  x = blob{std::move(bytes)};
  return true;
}

bool load_shared(caf::binary_deserializer& f, std::uint64_t size, blob& x) {
  std::int64_t pid = 0;
  std::int64_t descriptor = 0;
  if (!f.value(pid) || !f.value(descriptor))
    return false;
  if (auto found = shared_memory::of_process(pid, descriptor, size))
    x = blob{std::move(found)};
  else
    // Not an error of the message, which would end the whole link.
    x = blob::lost(size, "cannot open " + std::to_string(size) +
                             " bytes of shared memory of process " + std::to_string(pid) + ": " +
                             std::strerror(errno));
  return true;
}

bool load_lost(caf::binary_deserializer& f, std::uint64_t size, blob& x) {
  std::string why;
  if (!f.value(why))
    return false;
  x = blob::lost(size, std::move(why));
  return true;
}

} // namespace

bool save(caf::binary_serializer& f, const blob& x) {
  const auto begin = [&](form its) {
    return f.value(static_cast<std::uint8_t>(its)) && f.value(static_cast<std::uint64_t>(x.size()));
  };
  if (const auto* memory = x.memory())
    return begin(form::shared) && f.value(static_cast<std::int64_t>(::getpid())) &&
           f.value(static_cast<std::int64_t>(memory->descriptor()));
  if (const auto* why = x.why_lost())
    return begin(form::lost) && f.value(*why);
  const auto bytes = x.bytes();
  return begin(form::bytes) &&
         f.value(
             caf::make_span(reinterpret_cast<const caf_compat::byte*>(bytes.data()), bytes.size()));
}

bool load(caf::binary_deserializer& f, blob& x) {
  std::uint8_t its = 0;
  std::uint64_t size = 0;
  if (!f.value(its) || !f.value(size))
    return false;
  switch (static_cast<form>(its)) {
  case form::bytes:
    return load_bytes(f, size, x);
  case form::shared:
    return load_shared(f, size, x);
  case form::lost:
    return load_lost(f, size, x);
  }
  f.emplace_error(caf::sec::invalid_argument);
  return false;
}

} // namespace blob_wire

std::size_t bytes_in_message(const std::vector<blob>& blobs) {
  std::size_t sum = 0;
  for (const auto& one : blobs)
    sum += one.bytes().size();
  return sum;
}

} // namespace lockstep
