using System;

namespace SelfTest
{
    /// <summary>Counts and prints.</summary>
    internal sealed class Results
    {
        public int Passed;
        public int Failed;

        public void Check(string name, bool holds)
        {
            if (holds)
            {
                Passed++;
            }
            else
            {
                Failed++;
            }

            Console.WriteLine((holds ? "PASS " : "FAIL ") + name);
        }
    }
}
