#include "objects/change_events.hpp"

namespace aesel::objects {

ChangeEvents::ChangeEvents(stream::Publisher& publisher, telemetry::Metrics& metrics, wire::Padding padding)
    : publisher_(publisher),
      padding_(padding),
      published_(metrics.counter("aesel_objects_changes_published_total", "Events caused by HTTP changes")),
      dropped_(metrics.counter("aesel_objects_changes_dropped_total",
                               "Such events that the stream did not take")) {}

void ChangeEvents::publish(const ObjectChange& change, std::string_view scene) {
  if (scene.empty()) scene = change.object.scene;
  if (scene.empty()) return;
  render_event(change, body_, padding_);
  send(scene);
}

void ChangeEvents::publish(const PropertyChange& change, std::string_view scene) {
  if (scene.empty()) scene = change.property.scene;
  if (scene.empty()) return;
  render_event(change, body_, padding_);
  send(scene);
}

void ChangeEvents::send(std::string_view scene) {
  const stream::Event event{scene, body_, 0};
  const auto outcome = publisher_.publish(event);
  publisher_.flush();
  (outcome == stream::PublishOutcome::kSent ? published_ : dropped_).add();
}

}  // namespace aesel::objects
