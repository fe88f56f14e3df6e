// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <filesystem>

namespace lockstep::test_folders {

/// Where this build's programs, `control` and `node` among them, are.
[[nodiscard]] const std::filesystem::path& programs();

/// The libraries of the example models.
[[nodiscard]] const std::filesystem::path& models();

/// Libraries that only tests use: models that misbehave, and what a loader must refuse.
[[nodiscard]] const std::filesystem::path& test_libraries();

/// Real inputs. The folder may be absent: tests that need it then skip.
[[nodiscard]] const std::filesystem::path& shared_data();

/// The pages in docs/.
[[nodiscard]] const std::filesystem::path& documents();

} // namespace lockstep::test_folders
