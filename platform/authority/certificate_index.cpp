// SPDX-License-Identifier: BSD-3-Clause

#include "platform/authority/certificate_index.hpp"

#include "platform/certificates/pki_time.hpp"

#include <lockstep/json.hpp>

#include <algorithm>

namespace lockstep {

namespace {

using std::chrono::system_clock;

std::optional<certificate_entry> entry_from(const json& written) {
  const auto name = written.at("name").get<std::string>();
  const auto role = written.at("role").get<std::string>();
  const auto serial = written.at("serial").get<std::string>();
  const bool is_serial = !serial.empty() && serial.size() <= 64 &&
                         serial.find_first_not_of("0123456789ABCDEF") == std::string::npos;
  if (!is_certificate_name(name) || !is_serial || (role != "head" && role != "node"))
    return {};
  return certificate_entry{
      serial, name, role == "head" ? certificate_role::head : certificate_role::node,
      time_from(written.at("not_after")), optional_time_from(written.at("revoked_at"))};
}

} // namespace

const certificate_entry* certificate_index::find(std::string_view serial) const {
  const auto found = std::find_if(certificates.begin(), certificates.end(),
                                  [&](const auto& entry) { return entry.serial == serial; });
  return found == certificates.end() ? nullptr : &*found;
}

std::size_t certificate_index::valid_of(std::string_view name, system_clock::time_point now) const {
  return static_cast<std::size_t>(
      std::count_if(certificates.begin(), certificates.end(),
                    [&](const auto& entry) { return entry.name == name && entry.is_valid(now); }));
}

void certificate_index::drop_old(system_clock::time_point now) {
  // Not at once: `control pki list` shows who has been left behind.
  constexpr std::chrono::hours kept{24 * 30};
  std::erase_if(certificates, [&](const auto& entry) { return entry.not_after + kept < now; });
}

std::string to_text(const certificate_index& index) {
  json certificates = json::array();
  for (const auto& entry : index.certificates)
    certificates.push_back({{"serial", entry.serial},
                            {"name", entry.name},
                            {"role", to_string(entry.role)},
                            {"not_after", written_time(entry.not_after)},
                            {"revoked_at", written_time(entry.revoked_at)}});
  return json{{"revocations", index.revocations}, {"certificates", certificates}}.dump(1) + "\n";
}

std::optional<certificate_index> index_from(std::string_view text) {
  try {
    const auto written = json::parse(text);
    certificate_index index;
    index.revocations = written.at("revocations").get<std::uint64_t>();
    for (const auto& one : written.at("certificates")) {
      const auto entry = entry_from(one);
      if (!entry)
        return {};
      index.certificates.push_back(*entry);
    }
    return index;
  } catch (const json::exception&) {
    return {};
  }
}

} // namespace lockstep
