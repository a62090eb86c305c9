// Secrets from a directory that holds one file per name, as Docker and Kubernetes mount them.
#pragma once

#include <filesystem>
#include <memory>

#include "secrets/secrets.hpp"

namespace aesel::secrets {

inline constexpr std::size_t kFileBytesMax = 1 << 20;

/// One line end at the end of a file does not belong to the value. Read again at each get(), so a rotated
/// secret is seen. Errors of get() beside the seam's: file_too_large (over kFileBytesMax), is_a_directory.
std::unique_ptr<Secrets> make_file_secrets(std::filesystem::path directory);

}  // namespace aesel::secrets
