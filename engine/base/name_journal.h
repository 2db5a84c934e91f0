#pragma once

#include "engine/base/unique_fd.h"

#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// Kernel objects that outlive the processes that use them, because they have a name.
enum class NameKind { Path, PosixQueue, PosixSharedMemory, PosixSemaphore, SystemVQueue, SystemVSharedMemory, SystemVSemaphore };

struct NamedObject {
    NameKind kind;
    std::string name; ///< a path, a POSIX name with its slash, or a System V key or identifier in decimal
    bool operator==(const NamedObject&) const = default;
};

/// The private directory of this user's runs: $XDG_RUNTIME_DIR/ipclab, or a 0700 directory under the temporary one. Made when
/// missing; throws FailureError if it belongs to somebody else, is a link, or is open to others.
std::string privateDirectory();

/// A list on disk of the named objects of one run, each written *before* the object is made. The file is locked (flock(2)) for
/// as long as the supervisor lives, so that anybody who gets the lock knows that the supervisor is gone and may remove what is
/// listed. The destructor removes the objects that are still listed and the file.
class NameJournal final {
public:
    /// Makes the file in `directory`. Throws std::system_error or FailureError.
    explicit NameJournal(const std::string& directory);
    NameJournal(const NameJournal&) = delete;
    NameJournal& operator=(const NameJournal&) = delete;
    ~NameJournal();

    /// Call before the object is made.
    void add(const NamedObject& object);
    /// Removes the object from the system and strikes it from the list.
    void remove(const NamedObject& object);

    /// A fresh name that nobody else uses: "ipclab-PID-COUNTER".
    std::string freshName();

    const std::string& path() const { return m_path; }
    const std::string& directory() const { return m_directory; }

private:
    std::string m_directory;
    std::string m_path;
    UniqueFd m_file;
    std::vector<NamedObject> m_objects;
    unsigned m_counter = 0;
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

/// Removes one object from the system; false if it was not there any more.
bool removeNamedObject(const NamedObject& object);

/// A journal whose supervisor is gone, and what it still lists.
struct Leftover {
    std::string journal;
    std::vector<NamedObject> objects;
};

/// The journals in `directory` that nobody holds any more. Never waits.
std::vector<Leftover> findLeftovers(const std::string& directory);

/// Removes what an abandoned journal lists, then the journal itself. Objects that are already gone are no failure.
void removeLeftover(const Leftover& leftover);

/// Waits until the supervisor that holds `journal` is gone, then removes what it lists. The whole of the reaper process.
void reapWhenAbandoned(const std::string& journal);

/// "POSIX message queue /ipclab-812-1".
std::string describe(const NamedObject& object);

} // namespace ipclab
