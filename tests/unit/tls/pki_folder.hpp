// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/authority/authority.hpp"
#include "platform/openssl/pki_result.hpp"
#include "tests/holds.hpp"
#include "tests/text_of.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

namespace lockstep::test {

using time_point = std::chrono::system_clock::time_point;

/// A folder for an authority, which goes away with its owner, and a clock that stands still.
class pki_folder {
public:
  pki_folder() {
    auto form = ::testing::TempDir() + "lockstep_pki_XXXXXX";
    path_ = ::mkdtemp(form.data()); // of mode 0700
  }
  ~pki_folder() {
    std::error_code unimportant;
    std::filesystem::remove_all(path_, unimportant);
  }
  pki_folder(const pki_folder&) = delete;
  pki_folder& operator=(const pki_folder&) = delete;

  /// As the clock says that it is; moves with advance().
  [[nodiscard]] pki_clock clock() const {
    return [this] { return now_; };
  }
  void advance(std::chrono::seconds by) { now_ += by; }
  [[nodiscard]] time_point now() const { return now_; }

  [[nodiscard]] authority by() const { return authority(path(), clock()); }

  [[nodiscard]] std::filesystem::path path() const { return path_ / "pki"; }
  [[nodiscard]] std::filesystem::path beside(const std::string& name) const { return path_ / name; }

  [[nodiscard]] std::string text_of(const std::string& file) const {
    return test::text_of(path() / file);
  }
  void overwrite(const std::string& file, const std::string& text) const {
    std::ofstream(path() / file) << text;
  }

private:
  std::filesystem::path path_;
  time_point now_ = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
};

/// What must have succeeded; the test fails with the sentence otherwise.
template <class T>
T must(pki_result<T> result) {
  if (!result)
    throw std::runtime_error("must not fail: " + result.error().text);
  return *std::move(result);
}

/// The sentence of what must have failed; empty if it did not.
template <class T>
std::string why(const pki_result<T>& result) {
  return result ? "" : result.error().text;
}

/// What OpenSSL itself says of a certificate, by authority and revocation list, at a time and for
/// that end of a connection: "ok", or its reason.
std::string verified(const std::string& authority, const std::string& revocation,
                     const std::string& certificate, time_point when, bool as_server = true);

} // namespace lockstep::test
