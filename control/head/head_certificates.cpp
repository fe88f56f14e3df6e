#include "control/head/head_certificates.hpp"

#include "actors/tls/authority.hpp"
#include "actors/tls/pki_files.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

namespace lockstep {

namespace {

bool is_due(const std::string& file) {
  std::ifstream in{file};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const auto facts = read_certificate(text);
  return facts && is_due_for_renewal(*facts, std::chrono::system_clock::now());
}

} // namespace

tls_files head_certificates::files() const {
  return member_files(folder_, head_name);
}

void head_certificates::reload(std::string_view who) {
  for (const auto& [name, use] : users_) {
    const auto wrong = use(files());
    if (wrong) {
      std::fprintf(stderr, "control: %s keeps its old certificates, the new ones are no good: %s\n",
                   name.c_str(), wrong->c_str());
      audit_.write("certificates.refused", who, "", {{"user", name}, {"why", *wrong}});
    } else {
      audit_.write("certificates.loaded", who, "", {{"user", name}});
    }
  }
}

void head_certificates::look() {
  std::error_code unknown;
  if (!std::filesystem::exists(folder_ / pki_file::authority_key, unknown))
    return;
  const authority own{folder_};
  const bool due = is_due(files().certificate);
  const auto list = own.revocation();
  if (const auto* wrong = std::get_if<pki_error>(&list))
    std::fprintf(stderr, "control: the revocation list is not renewed: %s\n", wrong->text.c_str());
  if (!due)
    return;
  const auto renewed = own.renew(head_name);
  if (const auto* wrong = std::get_if<pki_error>(&renewed)) {
    std::fprintf(stderr, "control: the head's certificate is not renewed: %s\n",
                 wrong->text.c_str());
    return;
  }
  reload("the head itself");
}

} // namespace lockstep
