// The bounded buffer of the textbook in shared memory, by hand: once with three POSIX semaphores, once with a
// robust mutex and two condition variables. Messages are copied in and out while the lock is held, and the
// buffer has as many slots as the laboratory's by default.

#include "engine/base/mapping.h"
#include "tests/bench/loops/hand_loop_body.h"

#include <pthread.h>
#include <semaphore.h>

namespace ipclab {

namespace {

/// The slots and whose turn it is; `Lock` lies before them in the same memory.
template <typename Lock>
class SlotLoop final {
public:
    explicit SlotLoop(std::size_t messageSize)
        : m_size(messageSize), m_stride((messageSize + 63) / 64 * 64),
          m_slots(std::clamp<std::size_t>(std::bit_floor((256 << 10) / m_stride), 8, 4096)),
          m_memory(createMemoryFile("ipclab-loop", bytes()).get(), bytes(), Access::ReadWrite),
          m_outgoing(messageSize), m_incoming(messageSize)
    {
        m_memory.faultIn();
        lock().prepare(m_slots);
    }

    std::byte* place() { return m_outgoing.data(); }

    void send()
    {
        lock().enterWithEmptySlot(m_slots);
        std::memcpy(slot(m_count++), m_outgoing.data(), m_size);
        lock().leaveFilled();
    }

    const std::byte* receive()
    {
        lock().enterWithFilledSlot();
        std::memcpy(m_incoming.data(), slot(m_count++), m_size);
        lock().leaveEmptied();
        return m_incoming.data();
    }

private:
    std::size_t bytes() const { return sizeof(Lock) + m_slots * m_stride; }
    Lock& lock() const { return *m_memory.as<Lock>(); }
    std::byte* slot(std::size_t number) const
    {
        return m_memory.data() + sizeof(Lock) + (number & (m_slots - 1)) * m_stride;
    }

    std::size_t m_size;
    std::size_t m_stride;
    std::size_t m_slots;
    Mapping m_memory;
    std::vector<std::byte> m_outgoing;
    std::vector<std::byte> m_incoming;
    std::size_t m_count = 0; ///< of this side
};

struct alignas(128) Semaphores {
    sem_t mutex;
    sem_t empty;
    sem_t filled;

    void prepare(std::size_t slots)
    {
        check(::sem_init(&mutex, 1, 1), "sem_init");
        check(::sem_init(&empty, 1, static_cast<unsigned>(slots)), "sem_init");
        check(::sem_init(&filled, 1, 0), "sem_init");
    }
    void enterWithEmptySlot(std::size_t)
    {
        ::sem_wait(&empty);
        ::sem_wait(&mutex);
    }
    void leaveFilled()
    {
        ::sem_post(&mutex);
        ::sem_post(&filled);
    }
    void enterWithFilledSlot()
    {
        ::sem_wait(&filled);
        ::sem_wait(&mutex);
    }
    void leaveEmptied()
    {
        ::sem_post(&mutex);
        ::sem_post(&empty);
    }
};

struct alignas(128) MutexAndConditions {
    pthread_mutex_t mutex;
    pthread_cond_t notFull;
    pthread_cond_t notEmpty;
    std::size_t filled;

    void prepare(std::size_t)
    {
        pthread_mutexattr_t ofMutex;
        ::pthread_mutexattr_init(&ofMutex);
        ::pthread_mutexattr_setpshared(&ofMutex, PTHREAD_PROCESS_SHARED);
        ::pthread_mutexattr_setrobust(&ofMutex, PTHREAD_MUTEX_ROBUST);
        ::pthread_mutex_init(&mutex, &ofMutex);
        pthread_condattr_t ofCondition;
        ::pthread_condattr_init(&ofCondition);
        ::pthread_condattr_setpshared(&ofCondition, PTHREAD_PROCESS_SHARED);
        ::pthread_cond_init(&notFull, &ofCondition);
        ::pthread_cond_init(&notEmpty, &ofCondition);
    }
    void enterWithEmptySlot(std::size_t slots)
    {
        ::pthread_mutex_lock(&mutex);
        while (filled == slots)
            ::pthread_cond_wait(&notFull, &mutex);
    }
    void leaveFilled()
    {
        ++filled;
        ::pthread_mutex_unlock(&mutex);
        ::pthread_cond_signal(&notEmpty);
    }
    void enterWithFilledSlot()
    {
        ::pthread_mutex_lock(&mutex);
        while (filled == 0)
            ::pthread_cond_wait(&notEmpty, &mutex);
    }
    void leaveEmptied()
    {
        --filled;
        ::pthread_mutex_unlock(&mutex);
        ::pthread_cond_signal(&notFull);
    }
};

template <typename Lock>
class SlotLink final {
public:
    explicit SlotLink(const LoopRequest& request) : m_there(request.messageSize), m_back(request.messageSize)
    {
    }

    void take(LoopSide side)
    {
        const bool asks = side == LoopSide::Asker;
        m_out = asks ? &m_there : &m_back;
        m_in = asks ? &m_back : &m_there;
    }

    std::byte* place() { return m_out->place(); }
    void send() { m_out->send(); }
    const std::byte* receive() { return m_in->receive(); }

private:
    SlotLoop<Lock> m_there;
    SlotLoop<Lock> m_back;
    SlotLoop<Lock>* m_out = nullptr;
    SlotLoop<Lock>* m_in = nullptr;
};

} // namespace

double semaphoreSlotsHandLoop(const LoopRequest& request)
{
    return measureLoop<SlotLink<Semaphores>>(request);
}

double mutexSlotsHandLoop(const LoopRequest& request)
{
    return measureLoop<SlotLink<MutexAndConditions>>(request);
}

} // namespace ipclab
