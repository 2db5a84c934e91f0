#pragma once

#include "engine/base/named_object.h"
#include "engine/base/unique_fd.h"

#include <string>
#include <vector>

namespace ipclab {

/// A list on disk of the named objects of one run, each written *before* the object is made. The file is
/// locked (flock(2)) for as long as the supervisor lives, so that anybody who gets the lock knows that the
/// supervisor is gone and may remove what is listed. The destructor removes the objects that are still listed
/// and the file.
class NameJournal final {
public:
    /// Makes the file in `directory`. Throws std::system_error or FailureError.
    explicit NameJournal(const std::string& directory);
    NameJournal(const NameJournal&) = delete;
    NameJournal& operator=(const NameJournal&) = delete;
    ~NameJournal();

    /// Call before the object is made. The object must be one of ours (isOurs()).
    void add(const NamedObject& object);
    /// Removes the object from the system and strikes it from the list.
    void remove(const NamedObject& object);

    /// A fresh name that nobody else uses, not even a program of the same pid in a container, so that
    /// whatever is there under it is ours: "ipclab-PID-RANDOM".
    std::string freshName();
    /// A fresh System V key, in decimal, under which there is neither queue nor memory nor semaphore.
    std::string freshKey();

    const std::string& path() const { return m_path; }
    const std::string& directory() const { return m_directory; }

private:
    std::string m_directory;
    std::string m_path;
    UniqueFd m_file;
    std::vector<NamedObject> m_objects;
};

/// One named object of a run, listed in its journal for as long as it lives. Move-only.
class JournaledName final {
public:
    JournaledName() = default;
    /// Lists the object. The caller makes it next.
    JournaledName(NameJournal& journal, NamedObject object);
    JournaledName(JournaledName&& other) noexcept;
    JournaledName& operator=(JournaledName&& other) noexcept;
    ~JournaledName();

    const std::string& name() const { return m_object.name; }

private:
    NameJournal* m_journal = nullptr;
    NamedObject m_object{};
};

/// A journal whose supervisor is gone, and what it still lists.
struct Leftover {
    std::string journal;
    std::vector<NamedObject> objects;
};

/// The journals in `directory` that nobody holds any more. Never waits.
std::vector<Leftover> findLeftovers(const std::string& directory);

/// Removes what an abandoned journal lists, then the journal itself. Objects that are already gone are no
/// failure, and a journal that somebody holds or that is gone is left alone. Only what isOurs() is ever
/// removed.
void removeLeftover(const Leftover& leftover);

/// Waits until the supervisor that holds `journal` is gone, then removes what it lists. The whole of the
/// reaper process.
void reapWhenAbandoned(const std::string& journal);

} // namespace ipclab
