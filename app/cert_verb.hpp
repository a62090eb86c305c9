// `aesel cert self-signed`: makes a certificate and its key, for trying out HTTPS.
#pragma once

#include <functional>

namespace CLI {
class App;
}  // namespace CLI

namespace aesel::app {

/// Adds the verb to the program. The function to run when it was given; it returns the exit code.
std::function<int()> add_cert_verb(CLI::App& program);

}  // namespace aesel::app
