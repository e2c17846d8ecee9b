using System;

namespace SelfTest
{
    /// <summary>
    /// The agent's core, tried where there is neither network nor file system: on the nanoclr virtual device, on a board, in
    /// the emulator. Prints a line for each test, <c>PASS name</c> or <c>FAIL name</c>, and a count.
    /// </summary>
    public static class Program
    {
        /// <summary>The program.</summary>
        public static void Main()
        {
            var results = new Results();
            Cryptography.Run(results);
            Updates.Run(results);
            Console.WriteLine(results.Passed.ToString() + " passed, " + results.Failed.ToString() + " failed");
        }
    }
}
