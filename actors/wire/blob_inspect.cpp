// SPDX-License-Identifier: BSD-3-Clause

#include "actors/wire/blob_inspect.hpp"

#include "actors/wire/message_source.hpp"

#include <unistd.h>

#include <algorithm>
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
  if (!message_source::may_name_memory()) { // before anything is opened
    // The link ends for it. An error of the message would be worse: where nobody is named as its
    // sender, CAF 1.1 reads through a null pointer to tell him.
    x = blob::lost(size, "a process of another machine named memory of this one");
    return true;
  }
  if (auto found = shared_memory::of_process(pid, descriptor, size))
    x = blob{std::move(found)};
  else
    // Not an error of the message, which CAF would drop: nobody would answer it.
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

bool load_sent_ahead(caf::binary_deserializer& f, std::uint64_t size, blob& x) {
  std::uint64_t transfer = 0;
  if (!f.value(transfer))
    return false;
  x = blob::sent_ahead(size, transfer);
  return true;
}

bool load_form(caf::binary_deserializer& f, form its, std::uint64_t size, blob& x) {
  switch (its) {
  case form::bytes:
    return load_bytes(f, size, x);
  case form::shared:
    return load_shared(f, size, x);
  case form::lost:
    return load_lost(f, size, x);
  case form::sent_ahead:
    return load_sent_ahead(f, size, x);
  case form::joined: // a part is never joined itself, so that nobody can make this go deep
    break;
  }
  f.emplace_error(caf::sec::invalid_argument);
  return false;
}

bool load_joined(caf::binary_deserializer& f, std::uint64_t size, blob& x) {
  constexpr std::size_t smallest_part = sizeof(std::uint8_t) + sizeof(std::uint64_t);
  std::uint64_t count = 0;
  if (!f.value(count))
    return false;
  if (count > f.remaining() / smallest_part) {
    f.emplace_error(caf::sec::end_of_stream);
    return false;
  }
  std::vector<blob> parts(count);
  std::uint64_t part_size = 0;
  for (auto& part : parts)
    if (std::uint8_t its = 0; !f.value(its) || !f.value(part_size) ||
                              !load_form(f, static_cast<form>(its), part_size, part))
      return false;
  x = blob::joined(std::move(parts));
  if (x.size() == size)
    return true;
  f.emplace_error(caf::sec::invalid_argument);
  return false;
}

} // namespace

bool save(caf::binary_serializer& f, const blob& x) {
  const auto begin = [&](form its) {
    return f.value(static_cast<std::uint8_t>(its)) && f.value(static_cast<std::uint64_t>(x.size()));
  };
  if (const auto parts = x.parts(); !parts.empty())
    return begin(form::joined) && f.value(static_cast<std::uint64_t>(parts.size())) &&
           std::ranges::all_of(parts, [&](const blob& part) { return save(f, part); });
  if (const auto* memory = x.memory())
    return begin(form::shared) && f.value(static_cast<std::int64_t>(::getpid())) &&
           f.value(static_cast<std::int64_t>(memory->descriptor()));
  if (const auto transfer = x.transfer())
    return begin(form::sent_ahead) && f.value(transfer);
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
  return static_cast<form>(its) == form::joined ? load_joined(f, size, x)
                                                : load_form(f, static_cast<form>(its), size, x);
}

} // namespace blob_wire

} // namespace lockstep
